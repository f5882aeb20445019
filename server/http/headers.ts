import { createHash, randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'

/** Headers of every answer. */
export function setSecurityHeaders(response: ServerResponse): void {
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('X-Frame-Options', 'SAMEORIGIN')
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
  response.setHeader('Permissions-Policy', 'camera=(self), microphone=(), geolocation=()')
}

/** Of answers that are data: nothing in them may run, whatever a browser takes them for. */
export const DATA_POLICY = "default-src 'none'; sandbox; frame-ancestors 'self'"

/** SHA-256 source expression of an inline style or script. */
const hashSource = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Of a page of our own that has no script but one of this hash, and one style. */
export function staticPagePolicy(style: string, script?: string): string {
  return [
    "default-src 'none'",
    `style-src ${hashSource(style)}`,
    `script-src ${script === undefined ? "'none'" : hashSource(script)}`,
    "connect-src 'self'",
    "img-src 'self' blob: data:",
    "form-action 'self'",
    "frame-ancestors 'self'",
    "base-uri 'none'",
  ].join('; ')
}

/**
 * Of a Next page: scripts only with this answer's nonce (Next reads it from the request's header and puts it on its own
 * scripts). Style attributes stay allowed, positions of boxes are such.
 * @param wasm the page may compile WebAssembly; strings are evaluated nowhere
 */
export function pagePolicy(wasm = false): { nonce: string; policy: string } {
  const nonce = randomBytes(16).toString('base64')
  return {
    nonce,
    policy: [
      "default-src 'self'",
      `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${wasm ? " 'wasm-unsafe-eval'" : ''}`,
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' blob: data:",
      "font-src 'self' data:",
      "connect-src 'self'",
      "worker-src 'self' blob:",
      "object-src 'none'",
      "form-action 'self'",
      "frame-ancestors 'self'",
      "base-uri 'self'",
    ].join('; '),
  }
}
