import { z } from '@hono/zod-openapi'
import { type Api, route } from '../http/route'
import { acceptedSchema, idParam, idSchema } from '../http/schema'
import { sendFile } from '../http/send-file'
import { forceQuery } from '../models/routes'
import type { Estimates } from './estimates'
import type { Runs } from './runs'
import {
  estimateRequestSchema,
  estimateSchema,
  eventsQuery,
  eventsSchema,
  runPatchSchema,
  runRequestSchema,
  runSchema,
} from './schema'

const tag = 'Runs'
const fileParam = z.object({ id: idSchema, name: z.string().min(1).max(255) })
/** report.html holds its own style and pictures, and no script. */
const REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"

export function runRoutes(api: Api, { runs, estimates }: { runs: Runs; estimates: Estimates }): void {
  route(api, { method: 'get', path: '/runs', tag, summary: 'All runs, newest first', answer: z.array(runSchema) }, () =>
    runs.list(),
  )
  route(
    api,
    {
      method: 'post',
      path: '/runs',
      tag,
      summary: 'Start a training (or queue it)',
      body: runRequestSchema,
      answer: acceptedSchema,
      status: 202,
    },
    (_c, { body }) => runs.create(body),
  )
  route(
    api,
    {
      method: 'post',
      path: '/estimate',
      tag,
      summary: 'Time and memory by a short measurement',
      body: estimateRequestSchema,
      answer: estimateSchema,
    },
    (_c, { body }) => estimates.measure(body),
  )
  route(
    api,
    { method: 'get', path: '/runs/{id}', tag, summary: 'One run', params: idParam, answer: runSchema },
    (_c, { params }) => runs.get(params.id),
  )
  route(
    api,
    {
      method: 'patch',
      path: '/runs/{id}',
      tag,
      summary: 'Rename',
      params: idParam,
      body: runPatchSchema,
      answer: runSchema,
    },
    (_c, { params, body }) => runs.rename(params.id, body.name),
  )
  route(
    api,
    {
      method: 'get',
      path: '/runs/{id}/events',
      tag,
      summary: 'Events after a number; steps thinned out to about `points`',
      params: idParam,
      query: eventsQuery,
      answer: eventsSchema,
    },
    async (c, { params, query }) => c.json(await runs.events(params.id, query.after, query.points)),
  )
  for (const action of ['pause', 'resume', 'stop'] as const) {
    route(
      api,
      {
        method: 'post',
        path: `/runs/{id}/${action}`,
        tag,
        summary: `${action[0].toUpperCase()}${action.slice(1)}`,
        params: idParam,
        answer: acceptedSchema,
        status: 202,
      },
      (_c, { params }) => runs[action](params.id),
    )
  }
  route(
    api,
    {
      method: 'get',
      path: '/runs/{id}/files/{name}',
      tag,
      summary: 'A file of the run',
      params: fileParam,
      answer: 'application/octet-stream',
    },
    async (c, { params: { id, name } }) => {
      const path = await runs.file(id, name)
      // The report and the log are read in the browser, the rest is saved.
      if (name === 'report.html') return sendFile(c, path, { headers: { 'Content-Security-Policy': REPORT_POLICY } })
      return sendFile(c, path, name === 'log.txt' ? {} : { download: name })
    },
  )
  route(
    api,
    {
      method: 'get',
      path: '/runs/{id}/samples/{name}',
      tag,
      summary: 'A validation picture',
      params: fileParam,
      answer: 'image/jpeg',
    },
    async (c, { params: { id, name } }) => sendFile(c, await runs.sample(id, name), { cache: 'private, max-age=3600' }),
  )
  route(
    api,
    {
      method: 'delete',
      path: '/runs/{id}',
      tag,
      summary: 'Row and directory; force=true when it holds models',
      params: idParam,
      query: forceQuery,
      answer: null,
    },
    async (_c, { params, query }) => {
      await runs.remove(params.id, query.force === 'true')
      return null
    },
  )
}
