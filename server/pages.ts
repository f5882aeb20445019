import { existsSync } from 'node:fs'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { UserError } from '../detector/errors'
import { pagePolicy } from './access/headers'
import type { ServerConfig } from './config'
import { RUNTIME_PATH, sendRuntimeFile } from './web-runtime'

export interface Pages {
  /** @param entered false: only the login page and what it is made of */
  handle(request: IncomingMessage, response: ServerResponse, entered: boolean): Promise<void>
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
export async function openPages(config: ServerConfig, http: Server): Promise<Pages> {
  const { root: dir, production, port, host: hostname } = config
  if (production && !existsSync(join(dir, '.next', 'BUILD_ID'))) {
    throw new UserError({ code: 'pages-missing', message: 'The pages are not built.', fix: 'Run: npm run build' })
  }
  const { default: next } = await import('next')
  const app = next({ dev: !production, dir, hostname, port, httpServer: http })
  await app.prepare()
  const page = app.getRequestHandler()
  return {
    async handle(request, response, entered) {
      const path = (request.url ?? '/').split('?')[0]
      if (!entered && path !== LOGIN && !ASSETS.test(path)) {
        const query = request.method === 'GET' && path !== '/' ? `?next=${encodeURIComponent(request.url ?? '/')}` : ''
        response.writeHead(303, { Location: `${LOGIN}${query}`, 'Cache-Control': 'no-store' }).end()
        return
      }
      if (path.startsWith(RUNTIME_PATH)) return sendRuntimeFile(dir, request, response)
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
    close: () => app.close(),
  }
}
