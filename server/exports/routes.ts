import { z } from '@hono/zod-openapi'
import { type Api, route } from '../http/route'
import { acceptedSchema, idParam } from '../http/schema'
import { sendFile } from '../http/send-file'
import type { Exports } from './exports'
import { exportRequestSchema, exportSchema } from './schema'

const tag = 'ONNX export'

export function exportRoutes(api: Api, { exports }: { exports: Exports }): void {
  route(
    api,
    { method: 'get', path: '/exports', tag, summary: 'All exports, newest first', answer: z.array(exportSchema) },
    () => exports.list(),
  )
  route(
    api,
    {
      method: 'post',
      path: '/exports',
      tag,
      summary: 'Export a model',
      body: exportRequestSchema,
      answer: acceptedSchema,
      status: 202,
    },
    (_c, { body }) => exports.create(body),
  )
  route(
    api,
    { method: 'get', path: '/exports/{id}', tag, summary: 'One export', params: idParam, answer: exportSchema },
    (_c, { params }) => exports.get(params.id),
  )
  route(
    api,
    {
      method: 'get',
      path: '/exports/{id}/file',
      tag,
      summary: 'Download the ONNX file',
      params: idParam,
      answer: 'application/octet-stream',
    },
    async (c, { params }) => {
      const { path, name } = await exports.file(params.id)
      return sendFile(c, path, { download: name })
    },
  )
  route(
    api,
    {
      method: 'get',
      path: '/exports/{id}/report',
      tag,
      summary: 'Report beside the file',
      params: idParam,
      answer: 'application/json',
    },
    async (c, { params }) => {
      const { path, name } = await exports.file(params.id)
      const report = (file: string): string => file.replace(/\.onnx$/, '.json')
      return sendFile(c, report(path), { download: report(name) })
    },
  )
  route(
    api,
    {
      method: 'post',
      path: '/exports/{id}/cancel',
      tag,
      summary: 'Cancel',
      params: idParam,
      answer: acceptedSchema,
      status: 202,
    },
    (_c, { params }) => exports.cancel(params.id),
  )
  route(
    api,
    { method: 'delete', path: '/exports/{id}', tag, summary: 'Row and file', params: idParam, answer: null },
    async (_c, { params }) => {
      await exports.remove(params.id)
      return null
    },
  )
}
