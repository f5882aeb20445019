/**
 * Requests and responses of the HTTP API and messages of the socket: zod schemas (checked at the border, source of the
 * OpenAPI document) and their types, one file for each subject; here what they share. Pages import the types only
 * (`import type`), so that zod stays out of the bundle.
 */
import { z } from '@hono/zod-openapi'
import { leftOutReasons } from '../../detector/picture/left-out'
import { JOB_STATES } from '../../detector/training/events'

export const errorSchema = z
  .object({
    error: z.object({
      code: z.string().openapi({ example: 'option-invalid' }),
      message: z.string(),
      where: z.object({ file: z.string(), line: z.number().int().optional() }).optional(),
      fix: z.string().optional(),
    }),
  })
  .openapi('Error')
export const errorBodySchema = errorSchema.shape.error

/** What was given and not read: files of other kinds, pages after the first. */
export const leftOutSchema = z
  .array(
    z.object({
      name: z.string().openapi({ description: 'as the files beside it are called' }),
      why: z.enum(leftOutReasons),
      pages: z.number().int().optional().openapi({ description: 'of pages-unread: all pages in the file' }),
    }),
  )
  .openapi('LeftOut')

/** Ids are made by the server; nothing that could be a path passes. */
export const idSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'an id expected')
export const idParam = z.object({ id: idSchema })

export const jobStateSchema = z.enum(JOB_STATES).openapi('JobState')
export const acceptedSchema = z.object({ id: idSchema, state: jobStateSchema }).openapi('Accepted')
export type Accepted = z.infer<typeof acceptedSchema>

export const time = z.string().openapi({ format: 'date-time' })
export const count = z.number().int().min(0)

export const pageQuery = (most: number, usual: number) => ({
  after: z.coerce.number().int().min(0).default(0).openapi({ description: 'index after which the page begins' }),
  limit: z.coerce.number().int().min(1).max(most).default(usual),
})
