import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** Address below which the files of onnxruntime-web lie that the page to try an export loads. */
export const RUNTIME_PATH = '/onnxruntime/'
const FILES = /^(ort\.(wasm|webgpu)\.bundle\.min\.mjs|ort-wasm-simd-threaded(\.asyncify)?\.wasm)$/
const TYPES: Record<string, string> = { '.mjs': 'text/javascript; charset=utf-8', '.wasm': 'application/wasm' }

/** Of the workers that these scripts start: they load and compile themselves, nothing else. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'"

/** Sends a file of onnxruntime-web from node_modules: no other server is asked, so that it works offline. @param address path of the request, decoded */
export async function sendRuntimeFile(
  root: string,
  address: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = address.slice(RUNTIME_PATH.length)
  const path = join(root, 'node_modules', 'onnxruntime-web', 'dist', name)
  const found = FILES.test(name) ? await stat(path).catch(() => undefined) : undefined
  if (!found) {
    response.writeHead(404).end()
    return
  }
  const etag = `"${found.size.toString(16)}-${Math.floor(found.mtimeMs).toString(16)}"`
  const headers = {
    'Content-Security-Policy': POLICY,
    // A worker of an isolated page has to be isolated itself.
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cache-Control': 'private, no-cache',
    ETag: etag,
  }
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end()
    return
  }
  response.writeHead(200, { ...headers, 'Content-Type': TYPES[extname(name)], 'Content-Length': found.size })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  // A browser that goes away in the middle is no fault.
  await pipeline(createReadStream(path), response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  })
}
