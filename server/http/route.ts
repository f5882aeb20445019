import type { HttpBindings } from '@hono/node-server'
import { OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Logger } from 'pino'
import { UserError } from '../../detector/errors'
import { asDiskFull } from '../../detector/files/atomic-write'
import { nearestName } from '../../detector/options/spec'
import type { ServerConfig } from '../config/config'
import { DATA_POLICY } from './headers'
import { publicError, statusOf } from './http-error'
import { readJson } from './read-json'
import { errorSchema } from './schema'

type ApiEnv = { Bindings: HttpBindings }
export type Api = OpenAPIHono<ApiEnv>
export type ApiContext = Context<ApiEnv>

/** An empty API: errors in the project's form, headers that hold for every answer. */
export function newApi({ config, log }: { config: ServerConfig; log: Logger }): Api {
  const api: Api = new OpenAPIHono<ApiEnv>().basePath('/api') as Api
  api.onError((cause, c) => {
    const error = asDiskFull(cause)
    if (error instanceof UserError) {
      const status = statusOf(error)
      if (status >= 500) log.warn({ code: error.code, path: c.req.path }, error.message)
      return c.json({ error: publicError(error, config) }, status as 400)
    }
    log.error({ err: error, path: c.req.path }, 'request failed')
    const message = 'The program has a fault; the server log says more.'
    return c.json({ error: { code: 'internal', message } }, 500)
  })
  api.notFound((c) =>
    c.json({ error: { code: 'route-unknown', message: `There is no ${c.req.method} ${c.req.path}.` } }, 404),
  )
  api.use('*', async (c, next) => {
    c.header('Cache-Control', 'no-store')
    c.header('Content-Security-Policy', DATA_POLICY)
    await next()
  })
  return api
}

type Schema = z.ZodType
type Out<S> = S extends Schema ? z.output<S> : undefined

export interface RouteSpec<P, Q, B, A> {
  method: 'get' | 'post' | 'patch' | 'delete'
  /** `/runs/{id}` */
  path: string
  tag: string
  summary: string
  params?: P
  query?: Q
  /** JSON body. */
  body?: B
  /** Most bytes of it. */
  mostBytes?: number
  /** Multipart form, for the document only: the handler reads it as a stream. */
  form?: Schema
  /** JSON answer; or the media type of a file. */
  answer: A
  status?: 200 | 201 | 202 | 204
}

/**
 * Declares a route once: in the OpenAPI document, with its input checked by the schemas, with its handler. The handler
 * returns what the answer's schema describes, or a response of its own (files).
 */
export function route<
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends Schema | undefined = undefined,
  A extends Schema | string | null = null,
>(
  api: Api,
  spec: RouteSpec<P, Q, B, A>,
  handler: (
    c: ApiContext,
    input: { params: Out<P>; query: Out<Q>; body: Out<B> },
  ) => Promise<(A extends Schema ? z.input<A> : null) | Response>,
): void {
  const { method, path, params, query, body, answer, mostBytes, status = answer === null ? 204 : 200 } = spec
  api.openAPIRegistry.registerPath(describe(spec, status))
  const exactQuery = exact(query ?? nothing)
  api.on(method.toUpperCase(), path.replace(/\{(\w+)\}/g, ':$1'), async (c) => {
    const input = {
      params: check('path', params, c.req.param()) as Out<P>,
      query: check('query', exactQuery, queryOf(c)) as Out<Q>,
      body: (takesJson(spec, c)
        ? check('body', body ?? nothing, await readJson(c.env.incoming, mostBytes))
        : undefined) as Out<B>,
    }
    const value = await handler(c, input)
    if (value instanceof Response) return value
    return value === null ? c.body(null, 204) : c.json(value as object, status as 200)
  })
}

const nothing = z.strictObject({})

/** A schema of an object that refuses keys which it does not name: a misspelt one would be ignored without a word. */
const exact = (schema: Schema): Schema =>
  schema instanceof z.ZodObject && schema.def.catchall === undefined ? schema.strict() : schema

/** What is sent to a route without a body is checked too: it was meant for something. */
function takesJson({ body, form }: RouteSpec<unknown, unknown, unknown, unknown>, c: ApiContext): boolean {
  return body !== undefined || (form === undefined && /^application\/json/i.test(c.req.header('content-type') ?? ''))
}

function queryOf(c: ApiContext): Record<string, string> {
  const twice = Object.entries(c.req.queries()).find(([, values]) => values.length > 1)
  if (twice) throw new UserError({ code: 'request-invalid', message: `query ${twice[0]}: it is given twice.` })
  return c.req.query()
}

/** @throws UserError `request-invalid` naming the place, with the nearest known name of an unknown key */
export function check<S extends Schema>(where: string, schema: S | undefined, value: unknown): z.output<S> | undefined {
  if (!schema) return undefined
  const result = exact(schema).safeParse(value)
  if (result.success) return result.data as z.output<S>
  const [issue] = result.error.issues
  if (issue.code === 'unrecognized_keys') throw unknownKey(where, schema, issue.keys[0])
  const place = issue.path.map(String).join('.')
  throw new UserError({
    code: 'request-invalid',
    message: `${where}${place && ` ${place}`}: ${issue.message}.`,
    fix: 'See /api/docs for the form of the request.',
  })
}

function unknownKey(where: string, schema: Schema, key: string): UserError {
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
  const near = nearestName(key, known)
  return new UserError({
    code: 'request-invalid',
    message: `${where}: "${key.slice(0, 100)}" is not known here.`,
    fix: near ? `Did you mean "${near}"?` : known.length > 0 ? `Known are: ${known.join(', ')}.` : 'Leave it out.',
  })
}

function describe(
  { method, path, tag, summary, params, query, body, form, answer }: RouteSpec<unknown, unknown, unknown, unknown>,
  status: number,
): RouteConfig {
  const content =
    answer === null
      ? undefined
      : typeof answer === 'string'
        ? { [answer]: { schema: { type: 'string' as const, format: 'binary' } } }
        : { 'application/json': { schema: answer as Schema } }
  const media = {
    ...(body !== undefined && { 'application/json': { schema: body as Schema } }),
    ...(form && { 'multipart/form-data': { schema: form } }),
  }
  return {
    method,
    path,
    tags: [tag],
    summary,
    request: {
      ...(params !== undefined && { params: params as z.ZodObject }),
      ...(query !== undefined && { query: query as z.ZodObject }),
      ...(Object.keys(media).length > 0 && { body: { required: true, content: media } }),
    },
    responses: {
      [status]: { description: 'done', ...(content && { content }) },
      default: { description: 'refused', content: { 'application/json': { schema: errorSchema } } },
    },
  }
}
