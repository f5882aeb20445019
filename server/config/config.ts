import { hostname } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { domainToASCII } from 'node:url'
import { parseArgs } from 'node:util'
import { UserError } from '../../detector/errors'
import { projectFolder } from '../../detector/export/project'
import { parseHost } from '../access/request-target'

export interface ServerConfig {
  /** The project's folder; relative paths in rows begin here. */
  root: string
  host: string
  port: number
  /** Nobody is asked for the access code. */
  open: boolean
  /** Clients on the machine itself give the code too: for machines that others use, and behind a proxy. */
  askLocal: boolean
  /** Only the HTTP API and the socket; no pages. */
  apiOnly: boolean
  /** Chosen access code; a new one is made at each start when absent. */
  password: string | undefined
  /** Names (`name` or `name:port`), beside addresses and localhost, by which the server may be called. */
  hosts: string[]
  dataDir: string
  workDir: string
  outputDir: string
  /** Where training data may be chosen from. */
  dataRoots: string[]
  limits: Limits
  /** Runs at the same time. */
  parallelRuns: number
  production: boolean
  logLevel: string
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

interface Limits {
  /** One picture or weight file, bytes. */
  uploadBytes: number
  /** One zip, bytes. */
  zipBytes: number
  /** All that a zip unpacks to, bytes. */
  unpackedBytes: number
  zipEntries: number
  /** Decoded pixels of a picture. */
  pixels: number
}

const MB = 1e6

/**
 * Settings from the command line (`--host`, `--port`, `--open`, `--ask-local`, `--api-only`) and the environment (HOST, PORT, ASK_LOCAL,
 * AUTH_PASSWORD, DATA_DIR, WORK_DIR, OUTPUT_DIR, DATA_ROOTS, ALLOWED_HOSTS, PARALLEL_RUNS, MAX_UPLOAD_MB, MAX_ZIP_MB,
 * MAX_MEGAPIXELS, LOG_LEVEL).
 * @throws UserError `option-invalid`, `option-conflict`
 */
export function readConfig(argv: string[], env: NodeJS.ProcessEnv): ServerConfig {
  const root = projectFolder() ?? process.cwd()
  const values = parse(argv)
  const open = values.open ?? false
  const askLocal = values['ask-local'] ?? isOn('ASK_LOCAL', env.ASK_LOCAL)
  if (open && askLocal) {
    throw new UserError({ code: 'option-conflict', message: '--open asks nobody, --ask-local asks all: choose one.' })
  }
  const place = (value: string | undefined, usual: string): string => resolve(root, value || usual)
  return {
    root,
    host: values.host ?? (env.HOST || '0.0.0.0'),
    port: whole('port', values.port ?? env.PORT, 7860, 0, 65535),
    open,
    askLocal,
    apiOnly: values['api-only'] ?? false,
    password: env.AUTH_PASSWORD || undefined,
    hosts: [hostname().toLowerCase(), `${hostname()}.local`.toLowerCase(), ...allowedHosts(env.ALLOWED_HOSTS ?? '')],
    dataDir: place(env.DATA_DIR, 'data'),
    workDir: place(env.WORK_DIR, 'workdirs'),
    outputDir: place(env.OUTPUT_DIR, 'outputs'),
    dataRoots: env.DATA_ROOTS
      ? env.DATA_ROOTS.split(delimiter).map((path) => resolve(root, path))
      : usualRoots(root, env),
    limits: {
      uploadBytes: whole('MAX_UPLOAD_MB', env.MAX_UPLOAD_MB, 50, 1, 10_000) * MB,
      zipBytes: whole('MAX_ZIP_MB', env.MAX_ZIP_MB, 4000, 1, 100_000) * MB,
      unpackedBytes: whole('MAX_ZIP_MB', env.MAX_ZIP_MB, 4000, 1, 100_000) * 4 * MB,
      zipEntries: 200_000,
      pixels: whole('MAX_MEGAPIXELS', env.MAX_MEGAPIXELS, 100, 1, 1000) * MB,
    },
    parallelRuns: whole('PARALLEL_RUNS', env.PARALLEL_RUNS, 1, 1, 16),
    production: env.NODE_ENV === 'production',
    logLevel: oneOf('LOG_LEVEL', env.LOG_LEVEL, LOG_LEVELS, 'info'),
  }
}

/** The folder that the project lies in, the user's home and /data; the file system's root is none of them. */
function usualRoots(root: string, env: NodeJS.ProcessEnv): string[] {
  const candidates = [join(root, '..'), env.HOME || env.USERPROFILE || root, '/data'].map((path) => resolve(path))
  return [...new Set(candidates.map((path) => (path === resolve(path, '..') ? root : path)))]
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        host: { type: 'string' },
        port: { type: 'string' },
        open: { type: 'boolean' },
        'ask-local': { type: 'boolean' },
        'api-only': { type: 'boolean' },
      },
    }).values
  } catch (cause) {
    throw new UserError(
      {
        code: 'option-unknown',
        message: (cause as Error).message,
        fix: 'Known: --host NAME, --port NUMBER, --open, --ask-local, --api-only.',
      },
      { cause },
    )
  }
}

function whole(name: string, text: string | undefined, usual: number, min: number, max: number): number {
  if (text === undefined || text === '') return usual
  const n = Number(text)
  if (Number.isInteger(n) && n >= min && n <= max) return n
  throw new UserError({
    code: 'option-invalid',
    message: `${name}: a whole number from ${min} to ${max} expected, "${text}" given.`,
  })
}

function oneOf(name: string, text: string | undefined, known: readonly string[], usual: string): string {
  if (text === undefined || text === '') return usual
  if (known.includes(text)) return text
  throw new UserError({
    code: 'option-invalid',
    message: `${name}: one of ${known.join(', ')} expected, "${text}" given.`,
  })
}

const isOn = (name: string, text: string | undefined): boolean => oneOf(name, text, ['0', '1'], '0') === '1'

/** Names with commas, each with a port or for every port; what a browser's address line says in letters of any script. */
function allowedHosts(text: string): string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  return names.map((name) => {
    const [, host, port = ''] = /^(.*?)(:\d+)?$/.exec(name)!
    const parsed = parseHost(`${domainToASCII(host) || host}${port}`)
    if (parsed) return `${parsed.name}${parsed.port === undefined ? '' : `:${parsed.port}`}`
    throw new UserError({
      code: 'option-invalid',
      message: `ALLOWED_HOSTS: names like ocr.example.org or ocr.example.org:8443 expected, "${name}" given.`,
    })
  })
}
