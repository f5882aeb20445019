import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import { z } from '@hono/zod-openapi'
import { installedNative } from '../../detector/engine/tensorflow/load-tensorflow'
import { UserError } from '../../detector/errors'
import { detectOptions, scenePresets } from '../../detector/options/detect'
import { exportOptions } from '../../detector/options/export'
import { trainOptions } from '../../detector/options/train'
import { type AccessCode, SESSION_SECONDS } from '../access/access-code'
import { COOKIE, type Gate, isSecure, sessionOf } from '../access/gate'
import type { ServerConfig } from '../config/config'
import type { Database } from '../db/database'
import { apiDocument, docsPage } from '../http/docs-page'
import { type Api, type ApiContext, route } from '../http/route'
import type { InferenceQueue } from '../inference/inference-queue'
import { healthSchema, loginRequestSchema, readySchema, type SystemInfo, sessionSchema, systemSchema } from './schema'

const tag = 'System'
const READY_PATIENCE = 20_000
/** Anybody may ask; who asks within so long gets the same answer. */
const READY_KEPT_MS = 5000
/** Before somebody has entered, a body is a code and no more. */
const LOGIN_BYTES = 2000

/** The routes that a client without access may use too. */
export const OPEN_ROUTES = new Set(['/api/health', '/api/ready', '/api/session', '/api/login'])

export interface SystemParts {
  config: ServerConfig
  access: AccessCode
  gate: Gate
  db: Database
  inference: InferenceQueue
  /** What works now. */
  running(): Promise<SystemInfo['running']>
}

export function systemRoutes(api: Api, { config, access, gate, db, inference, running }: SystemParts): void {
  const { version } = JSON.parse(readFileSync(join(config.root, 'package.json'), 'utf8')) as { version: string }

  route(
    api,
    { method: 'get', path: '/health', tag, summary: 'The process answers', answer: healthSchema },
    async () => ({
      ok: true as const,
    }),
  )
  const checks = once(READY_KEPT_MS, async () => {
    const [database, detector] = await Promise.all([
      succeeds(db.$queryRaw`SELECT 1`),
      succeeds(Promise.race([inference.alive(), expire(READY_PATIENCE)])),
    ])
    return { database, detector }
  })
  route(
    api,
    { method: 'get', path: '/ready', tag, summary: 'Database and inference process answer', answer: readySchema },
    async (c) => {
      const found = await checks()
      const ready = found.database && found.detector
      return ready ? { ready, checks: found } : c.json({ ready, checks: found }, 503)
    },
  )
  route(
    api,
    {
      method: 'get',
      path: '/options',
      tag,
      summary: 'Tables of all options with defaults, ranges and labels, scene presets',
      answer: z.object({
        detect: z.record(z.string(), z.unknown()),
        train: z.record(z.string(), z.unknown()),
        export: z.record(z.string(), z.unknown()),
        presets: z.record(z.string(), z.unknown()),
      }),
    },
    async () => ({ detect: detectOptions, train: trainOptions, export: exportOptions, presets: scenePresets }),
  )
  route(
    api,
    { method: 'get', path: '/system', tag, summary: 'Machine, what runs, limits', answer: systemSchema },
    async () => ({
      version,
      device: cpus()[0]?.model.trim() || 'CPU',
      cpus: availableParallelism(),
      memoryBytes: totalmem(),
      freeMemoryBytes: freemem(),
      running: await running(),
      engines: [
        { name: 'onnxruntime' as const, runsOn: 'cpu' },
        { name: 'tensorflow' as const, runsOn: installedNative()[0] ?? 'WebAssembly' },
      ],
      limits: {
        uploadBytes: config.limits.uploadBytes,
        zipBytes: config.limits.zipBytes,
        pixels: config.limits.pixels,
      },
    }),
  )
  route(
    api,
    { method: 'get', path: '/session', tag, summary: 'Whether this client may enter', answer: sessionSchema },
    async (c) => ({ access: await gate.access(c.env.incoming) }),
  )
  route(
    api,
    {
      method: 'post',
      path: '/login',
      tag,
      summary: 'Give the access code, get a session cookie',
      body: loginRequestSchema,
      mostBytes: LOGIN_BYTES,
      answer: sessionSchema,
    },
    async (c, { body }) => {
      c.header('Set-Cookie', await login({ gate, access }, c.env.incoming, body.code))
      return { access: 'granted' as const }
    },
  )
  route(api, { method: 'post', path: '/logout', tag, summary: 'End the session', answer: null }, async (c) => {
    await access.endSession(sessionOf(c.env.incoming) ?? '')
    c.header('Set-Cookie', `${COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`)
    return c.body(null, 204)
  })
  api.get('/openapi.json', (c) => c.json(apiDocument(api, version)))
  api.get('/docs', (c: ApiContext) => docsPage(c, api, version))
}

/**
 * Checks an access code.
 * @returns the Set-Cookie header of a new session
 * @throws UserError `code-wrong`, `too-many-tries`
 */
async function login(
  { gate, access }: Pick<SystemParts, 'gate' | 'access'>,
  request: ApiContext['env']['incoming'],
  code: string,
): Promise<string> {
  if (!(await gate.tryCode(code, request))) {
    throw new UserError({
      code: 'code-wrong',
      message: 'The access code is wrong.',
      fix: 'Look at the lines that the server printed at its start.',
    })
  }
  const secure = isSecure(request) ? '; Secure' : ''
  return `${COOKIE}=${await access.newSession()}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${SESSION_SECONDS}${secure}`
}

/** The answer of one call for all who ask while it runs and for `ms` after it. */
function once<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined
  return () => {
    answer ??= ask().finally(() => setTimeout(() => (answer = undefined), ms).unref())
    return answer
  }
}

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  )

const expire = (ms: number): Promise<never> =>
  new Promise((_, reject) => setTimeout(() => reject(new Error('expired')), ms).unref())
