import { readFile } from 'node:fs/promises'
import { z } from '@hono/zod-openapi'
import type { DetectionResult } from '../../detector/detection/types'
import { UserError } from '../../detector/errors'
import type { ServerConfig } from '../config/config'
import type { Database } from '../db/database'
import { settingsOfForm } from '../detections/detect-form'
import { detectionSchema, settingsFields } from '../detections/schema'
import { readJson } from '../http/read-json'
import { receivePictures } from '../http/receive-pictures'
import { type Api, type ApiContext, check, route } from '../http/route'
import { idParam, idSchema } from '../http/schema'
import { attachment, IMMUTABLE, sendFile } from '../http/send-file'
import { batchZip } from './batch-zip'
import type { Batches } from './batches'
import {
  batchAcceptedSchema,
  batchItemsQuery,
  batchItemsSchema,
  batchRequestSchema,
  batchSchema,
  retryRequestSchema,
  uploadedSchema,
} from './schema'

const tag = 'Batches'
const itemParam = z.object({ id: idSchema, itemId: idSchema })
const file = z.string().openapi({ type: 'string', format: 'binary' })
const uploadForm = z.object({ file })
const noFields = uploadForm.omit({ file: true })
const newForm = z.object({
  name: z.string().max(120).optional(),
  model: idSchema.optional(),
  ...settingsFields,
  file,
})
const newFields = newForm.omit({ file: true })
const resultSchema = detectionSchema.omit({ resultId: true })

export interface BatchParts {
  batches: Batches
  db: Database
  config: ServerConfig
}

export function batchRoutes(api: Api, { batches, db, config }: BatchParts): void {
  const receive = (c: ApiContext, batch: (fields: Readonly<Record<string, string>>) => Promise<string>) =>
    receivePictures(c.env.incoming, config, batch, (id, name, path) => batches.add(id, name, path))

  route(
    api,
    { method: 'get', path: '/batches', tag, summary: 'All batches, newest first', answer: z.array(batchSchema) },
    () => batches.list(),
  )
  route(
    api,
    {
      method: 'post',
      path: '/batches',
      tag,
      summary: 'Pictures and zips in one form; or, as JSON, an open batch that takes pictures afterwards',
      form: newForm,
      answer: batchAcceptedSchema,
      status: 202,
    },
    async (c) => {
      if (!/^multipart\//i.test(c.req.header('content-type') ?? '')) {
        const { id, state } = await batches.create(check('body', batchRequestSchema, await readJson(c.env.incoming))!)
        return { id, state, refused: [], leftOut: [] }
      }
      let made: string | undefined
      const make = async (fields: Readonly<Record<string, string>>): Promise<string> => {
        if (made === undefined) {
          const given = check('form', newFields, fields)!
          const { name, model } = given
          made = (await batches.create({ name, model, settings: settingsOfForm(given) })).id
        }
        return made
      }
      try {
        const { added, refused, leftOut } = await receive(c, make)
        if (made === undefined || added === 0) throw new UserError(refused[0].error)
        await batches.leaveOut(made, leftOut)
        const { id, state } = await batches.close(made)
        return { id, state, refused, leftOut }
      } catch (error) {
        if (made !== undefined) await batches.remove(made)
        throw error
      }
    },
  )
  route(
    api,
    {
      method: 'post',
      path: '/batches/{id}/files',
      tag,
      summary: 'Add pictures or zips to an open batch',
      params: idParam,
      form: uploadForm,
      answer: uploadedSchema,
    },
    async (c, { params }) => {
      await batches.get(params.id)
      const { added, refused, leftOut } = await receive(c, async (fields) => {
        check('form', noFields, fields)
        return params.id
      })
      await batches.leaveOut(params.id, leftOut)
      return { added, refused, leftOut, batch: await batches.get(params.id) }
    },
  )
  route(
    api,
    {
      method: 'post',
      path: '/batches/{id}/close',
      tag,
      summary: 'No more pictures come',
      params: idParam,
      answer: batchSchema,
    },
    (_c, { params }) => batches.close(params.id),
  )
  route(
    api,
    { method: 'get', path: '/batches/{id}', tag, summary: 'One batch', params: idParam, answer: batchSchema },
    (_c, { params }) => batches.get(params.id),
  )
  route(
    api,
    {
      method: 'get',
      path: '/batches/{id}/items',
      tag,
      summary: 'Pictures of a batch in order',
      params: idParam,
      query: batchItemsQuery,
      answer: batchItemsSchema,
    },
    (_c, { params, query }) => batches.items(params.id, query.after, query.limit, query.filter),
  )
  route(
    api,
    {
      method: 'get',
      path: '/batches/{id}/items/{itemId}',
      tag,
      summary: 'Result of a picture',
      params: itemParam,
      answer: resultSchema,
    },
    async (_c, { params }) => {
      const { item, files } = await batches.item(params.id, params.itemId)
      if (item.state !== 'done') {
        throw new UserError({ code: 'state-refused', message: `${item.name} is ${item.state}; there is no result.` })
      }
      return JSON.parse(await readFile(files.json, 'utf8')) as DetectionResult
    },
  )
  for (const [what, summary, media] of [
    ['picture', 'The picture with its boxes', 'image/png'],
    ['thumbnail', 'Small, with boxes', 'image/webp'],
    ['image', 'The upright picture', 'image/webp'],
  ] as const) {
    route(
      api,
      {
        method: 'get',
        path: `/batches/{id}/items/{itemId}/${what}`,
        tag,
        summary,
        params: itemParam,
        answer: media,
      },
      async (c, { params: { id, itemId } }) => {
        if (what === 'image') return sendFile(c, await batches.image(id, itemId), { cache: IMMUTABLE })
        const { item, files } = await batches.item(id, itemId)
        return what === 'thumbnail'
          ? sendFile(c, files.thumbnail, { cache: IMMUTABLE })
          : sendFile(c, files.visualization, { download: `${item.stem}.png` })
      },
    )
  }
  route(
    api,
    {
      method: 'post',
      path: '/batches/{id}/cancel',
      tag,
      summary: 'Leave out the pictures that wait',
      params: idParam,
      answer: batchSchema,
    },
    (_c, { params }) => batches.cancel(params.id),
  )
  route(
    api,
    {
      method: 'post',
      path: '/batches/{id}/retry',
      tag,
      summary: 'Failed pictures (or those named) again',
      params: idParam,
      body: retryRequestSchema,
      answer: batchSchema,
    },
    (_c, { params, body }) => batches.retry(params.id, body.items),
  )
  route(
    api,
    {
      method: 'get',
      path: '/batches/{id}/zip',
      tag,
      summary: 'Pictures, JSON and table of what is finished',
      params: idParam,
      answer: 'application/zip',
    },
    async (c, { params }) => {
      const batch = await batches.row(params.id)
      c.header('Content-Type', 'application/zip')
      c.header('Content-Disposition', attachment(`${batch.directory.split('/').pop()}.zip`))
      return c.body(await batchZip(db, batches, batch))
    },
  )
  route(
    api,
    { method: 'delete', path: '/batches/{id}', tag, summary: 'Row and files', params: idParam, answer: null },
    async (_c, { params }) => {
      await batches.remove(params.id)
      return null
    },
  )
}
