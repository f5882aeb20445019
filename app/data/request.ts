import type { ErrorBody } from '../../detector/errors'

/** A refusal of the server, or no answer at all (`code` server-unreachable). */
export class RequestError extends Error {
  constructor(
    readonly body: ErrorBody,
    readonly status: number,
  ) {
    super(body.message)
    this.name = 'RequestError'
  }
}

const unreachable = () => new RequestError({ code: 'server-unreachable', message: 'The server does not answer.' }, 0)

/** 401 means that the access code is asked for: to the login page, and back here afterwards. */
function toLogin(): void {
  if (location.pathname === '/login') return
  location.href = `/login?next=${encodeURIComponent(location.pathname + location.search)}`
}

function refusal(status: number, text: string): RequestError {
  if (status === 401) toLogin()
  try {
    const body = (JSON.parse(text) as { error?: ErrorBody }).error
    if (body?.code) return new RequestError(body, status)
  } catch {
    // not ours: a proxy's page
  }
  return new RequestError({ code: 'internal', message: `HTTP ${status}` }, status)
}

/**
 * A call of the HTTP API. `path` begins after /api; `json` is sent as the body.
 * @throws RequestError when refused or unreachable; DOMException AbortError when aborted
 */
export async function request<T>(path: string, init: RequestInit & { json?: unknown } = {}): Promise<T> {
  const { json, ...rest } = init
  let response: Response
  try {
    response = await fetch(`/api${path}`, {
      ...rest,
      ...(json !== undefined && {
        method: rest.method ?? 'POST',
        body: JSON.stringify(json),
        headers: { 'content-type': 'application/json' },
      }),
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw unreachable()
  }
  const text = await response.text()
  if (!response.ok) throw refusal(response.status, text)
  return (text ? JSON.parse(text) : undefined) as T
}

interface UploadOptions {
  /** Share sent, 0–1. */
  onProgress?(share: number): void
  signal?: AbortSignal
}

/** Sends a form with progress, which fetch cannot tell. Files are streamed by the browser. */
export function upload<T>(path: string, form: FormData, { onProgress, signal }: UploadOptions = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    xhr.open('POST', `/api${path}`)
    xhr.upload.onprogress = (e) => e.lengthComputable && onProgress?.(e.loaded / e.total)
    xhr.onload = () => {
      if (xhr.status >= 200 && xhr.status < 300)
        resolve((xhr.responseText ? JSON.parse(xhr.responseText) : undefined) as T)
      else reject(refusal(xhr.status, xhr.responseText))
    }
    xhr.onerror = () => reject(unreachable())
    xhr.onabort = () => reject(new DOMException('aborted', 'AbortError'))
    if (signal?.aborted) return reject(new DOMException('aborted', 'AbortError'))
    signal?.addEventListener('abort', () => xhr.abort(), { once: true })
    xhr.send(form)
  })
}
