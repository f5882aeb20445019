import { join } from 'node:path'
import { z } from '@hono/zod-openapi'
import { UserError } from '../../detector/errors'
import type { ServerConfig } from '../config/config'
import { readJson } from '../http/read-json'
import { receiveFile } from '../http/receive-file'
import { type Api, check, route } from '../http/route'
import { acceptedSchema, idParam, idSchema } from '../http/schema'
import { sendFile } from '../http/send-file'
import type { DataDirectories } from './data-directories'
import type { Datasets } from './datasets'
import {
  datasetImagesQuery,
  datasetImagesSchema,
  datasetRequestSchema,
  datasetSchema,
  directoriesSchema,
} from './schema'

const tag = 'Training data'
const zipForm = z.object({
  name: z.string().max(120).optional(),
  file: z.string().openapi({ type: 'string', format: 'binary' }),
})
const pathQuery = z.object({ path: z.string().max(4096).optional() })
const pictureParam = z.object({
  id: idSchema,
  split: z.enum(['train', 'test']),
  index: z.coerce.number().int().min(0),
})
const sizeQuery = z.object({ size: z.coerce.number().int().min(16).max(4096).default(1280) })

export interface DatasetParts {
  config: ServerConfig
  datasets: Datasets
  directories: DataDirectories
}

export function datasetRoutes(api: Api, { config, datasets, directories }: DatasetParts): void {
  route(
    api,
    {
      method: 'get',
      path: '/directories',
      tag,
      summary: 'Directories of the server that may hold training data',
      query: pathQuery,
      answer: directoriesSchema,
    },
    (_c, { query }) => directories.list(query.path),
  )
  route(api, { method: 'get', path: '/datasets', tag, summary: 'All data sets', answer: z.array(datasetSchema) }, () =>
    datasets.list(),
  )
  route(
    api,
    {
      method: 'post',
      path: '/datasets',
      tag,
      summary: 'A directory of the server (JSON: path, name) or a zip; its check begins',
      form: zipForm,
      answer: acceptedSchema,
      status: 202,
    },
    async (c) => {
      if (!/^multipart\//i.test(c.req.header('content-type') ?? '')) {
        const { path, name } = check('body', datasetRequestSchema, await readJson(c.env.incoming))!
        return datasets.addDirectory(path, name)
      }
      const uploads = join(config.dataDir, 'uploads')
      return receiveFile(
        c.env.incoming,
        uploads,
        () => config.limits.zipBytes,
        (file, fields) => {
          if (!/\.zip$/i.test(file.name)) {
            throw new UserError({
              code: 'zip-invalid',
              message: 'A .zip file was expected.',
              where: { file: file.name },
            })
          }
          return datasets.addZip(file, check('form', zipForm.omit({ file: true }), fields)?.name)
        },
      )
    },
  )
  route(
    api,
    { method: 'get', path: '/datasets/{id}', tag, summary: 'One data set', params: idParam, answer: datasetSchema },
    (_c, { params }) => datasets.get(params.id),
  )
  route(
    api,
    {
      method: 'post',
      path: '/datasets/{id}/check',
      tag,
      summary: 'Check again',
      params: idParam,
      answer: acceptedSchema,
      status: 202,
    },
    (_c, { params }) => datasets.check(params.id),
  )
  route(
    api,
    {
      method: 'get',
      path: '/datasets/{id}/images',
      tag,
      summary: 'Pictures with their boxes',
      params: idParam,
      query: datasetImagesQuery,
      answer: datasetImagesSchema,
    },
    (_c, { params, query }) => datasets.images(params.id, query.split, query.after, query.limit),
  )
  route(
    api,
    {
      method: 'get',
      path: '/datasets/{id}/images/{split}/{index}',
      tag,
      summary: 'A picture',
      params: pictureParam,
      query: sizeQuery,
      answer: 'image/webp',
    },
    async (c, { params, query }) =>
      sendFile(c, await datasets.picture(params.id, params.split, params.index, query.size), {
        cache: 'private, max-age=60',
      }),
  )
  route(
    api,
    {
      method: 'delete',
      path: '/datasets/{id}',
      tag,
      summary: 'Forget it; uploaded files are removed, directories of the server stay',
      params: idParam,
      answer: null,
    },
    async (_c, { params }) => {
      await datasets.remove(params.id)
      return null
    },
  )
}
