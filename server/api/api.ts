import type { HttpBindings } from '@hono/node-server'
import { OpenAPIHono, type RouteConfig, type z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { UserError } from '../../detector/errors'
import { asDiskFull } from '../../detector/formats/atomic-write'
import { DATA_POLICY } from '../access/headers'
import type { ServerContext } from '../context'
import { readJson } from '../upload/read-json'
import { publicError, statusOf } from './http-error'
import { errorSchema } from './schemas/common'

type ApiEnv = { Bindings: HttpBindings }
export type Api = OpenAPIHono<ApiEnv>
export type ApiContext = Context<ApiEnv>

/** An empty API: errors in the project's form, headers that hold for every answer. */
export function newApi({ config, log }: Pick<ServerContext, 'config' | 'log'>): Api {
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
  const { method, path, params, query, body, answer, status = answer === null ? 204 : 200 } = spec
  api.openAPIRegistry.registerPath(describe(spec, status))
  api.on(method.toUpperCase(), path.replace(/\{(\w+)\}/g, ':$1'), async (c) => {
    const input = {
      params: check('path', params, c.req.param()) as Out<P>,
      query: check('query', query, c.req.query()) as Out<Q>,
      body: (body ? check('body', body, await readJson(c.env.incoming)) : undefined) as Out<B>,
    }
    const value = await handler(c, input)
    if (value instanceof Response) return value
    return value === null ? c.body(null, 204) : c.json(value as object, status as 200)
  })
}

/** @throws UserError `request-invalid` naming the place */
export function check<S extends Schema>(where: string, schema: S | undefined, value: unknown): z.output<S> | undefined {
  if (!schema) return undefined
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const place = issue.path.map(String).join('.')
  throw new UserError({
    code: 'request-invalid',
    message: `${where}${place && ` ${place}`}: ${issue.message}.`,
    fix: 'See /api/docs for the form of the request.',
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
