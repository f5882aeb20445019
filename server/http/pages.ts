import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { UserError } from '../../detector/errors'
import type { ServerConfig } from '../config/config'
import { pagePolicy } from './headers'
import { RUNTIME_PATH, sendRuntimeFile } from './web-runtime'

export interface Pages {
  /**
   * @param path of the request, decoded
   * @param entered false: only the login page and what it is made of
   */
  handle(request: IncomingMessage, response: ServerResponse, path: string, entered: boolean): Promise<void>
  /** In development only: the page is told of changes. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void
  close(): Promise<void>
}

const LOGIN = '/login'
/** Files of pages that hold nothing of the user's. */
const ASSETS = /^\/(_next\/static\/|favicon\.ico$|icon[\w-]*\.(svg|png)$|apple-icon)/
/** Runs an exported file in the browser: the one page that compiles WebAssembly. */
const TRY_EXPORT = /^\/export\/[^/]+\/try$/

/**
 * The pages, by Next. @throws UserError `pages-missing` when they were not built
 */
export async function openPages(config: ServerConfig): Promise<Pages> {
  const { root: dir, production, port, host: hostname } = config
  if (production && !existsSync(join(dir, '.next', 'BUILD_ID'))) {
    throw new UserError({ code: 'pages-missing', message: 'The pages are not built.', fix: 'Run: npm run build' })
  }
  const { default: next } = await import('next')
  // Next listens for upgrades on the server it is given, else on ours, where nobody but the door listens.
  const inner = createServer()
  const app = next({ dev: !production, dir, hostname, port, httpServer: inner })
  await app.prepare()
  const page = app.getRequestHandler()
  return {
    async handle(request, response, path, entered) {
      if (!entered && path !== LOGIN && !ASSETS.test(path)) {
        const query = request.method === 'GET' && path !== '/' ? `?next=${encodeURIComponent(request.url ?? '/')}` : ''
        response.writeHead(303, { Location: `${LOGIN}${query}`, 'Cache-Control': 'no-store' }).end()
        return
      }
      if (path.startsWith(RUNTIME_PATH)) return sendRuntimeFile(dir, path, request, response)
      const wasm = TRY_EXPORT.test(path)
      if (wasm) {
        // Isolated pages get threads.
        response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
        response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
      }
      // Development builds evaluate strings and open inline scripts; only what users get is held to the policy.
      if (production && !path.startsWith('/_next/static/')) {
        const { policy } = pagePolicy(wasm)
        request.headers['content-security-policy'] = policy
        response.setHeader('Content-Security-Policy', policy)
      }
      await page(request, response)
    },
    ...(!production && { upgrade: (...args) => void inner.emit('upgrade', ...args) }),
    close: () => app.close(),
  }
}
