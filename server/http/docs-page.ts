import { staticPagePolicy } from './headers'
import type { Api, ApiContext } from './route'

/** The OpenAPI document of all routes that are declared. */
export function apiDocument(api: Api, version: string) {
  return api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'cv_resnet18_ocr-detection',
      version,
      description:
        'Text detection, batches, training and ONNX export. Refusals are {"error": {code, message, where?, fix?}}.',
    },
  })
}

interface Operation {
  tags?: string[]
  summary?: string
  parameters?: { name: string; in: string; required?: boolean; schema?: { default?: unknown; enum?: unknown[] } }[]
  requestBody?: { content: Record<string, { schema: unknown }> }
}

const STYLE = `
:root{color-scheme:light dark;--line:#d4d4dc;--soft:#f4f4f8;--brand:#4f46e5}
@media(prefers-color-scheme:dark){:root{--line:#3f3f4a;--soft:#1d1d24;--brand:#a5b4fc}}
*{box-sizing:border-box}body{font:15px/1.5 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:960px;margin:0 auto;padding:24px 16px}
h1{font-size:24px}h2{font-size:17px;margin:28px 0 8px}details{border:1px solid var(--line);border-radius:8px;margin:6px 0}
summary{padding:8px 12px;cursor:pointer}summary b{font:600 12px ui-monospace,monospace;display:inline-block;width:64px;color:var(--brand)}
summary code{margin-right:12px}form{padding:4px 12px 12px;display:grid;gap:8px}label{display:grid;gap:2px;font-size:13px}
input,select,textarea,button{font:inherit;padding:6px 8px;border:1px solid var(--line);border-radius:6px;background:Canvas;color:CanvasText;width:100%}
textarea{min-height:80px;font:13px ui-monospace,monospace}button{background:var(--soft);cursor:pointer;width:auto;justify-self:start;padding:6px 16px}
pre{background:var(--soft);margin:0;padding:10px;border-radius:6px;overflow:auto;max-height:360px;white-space:pre-wrap;word-break:break-word;font-size:12.5px}
:focus-visible{outline:2px solid var(--brand);outline-offset:2px}`

const SCRIPT = `
for (const form of document.querySelectorAll('form')) form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const out = form.querySelector('pre')
  const query = new URLSearchParams()
  let path = form.dataset.path
  let body, headers = {}
  const parts = new FormData()
  for (const field of form.elements) {
    const kind = field.dataset.in
    if (!kind || (field.value === '' && kind !== 'path')) continue
    if (kind === 'path') path = path.replace('{' + field.name + '}', encodeURIComponent(field.value))
    else if (kind === 'query') query.append(field.name, field.value)
    else if (kind === 'json') { body = field.value; headers = { 'content-type': 'application/json' } }
    else if (field.type === 'file') for (const file of field.files) parts.append(field.name, file)
    else parts.append(field.name, field.value)
  }
  if (form.dataset.form && body === undefined) body = parts
  const address = path + (query.size ? '?' + query : '')
  out.hidden = false
  out.textContent = '…'
  try {
    const answer = await fetch(address, { method: form.dataset.method, headers, body })
    const type = answer.headers.get('content-type') || ''
    const head = answer.status + ' ' + answer.statusText + '  ' + address + '\\n\\n'
    if (type.includes('json')) out.textContent = head + JSON.stringify(await answer.json(), null, 2)
    else if (type.startsWith('text/')) out.textContent = head + await answer.text()
    else if (type.startsWith('image/')) {
      const image = new Image()
      image.style.maxWidth = '100%'
      image.src = URL.createObjectURL(await answer.blob())
      out.textContent = head
      out.append(image)
    } else out.textContent = head + type + ', ' + (await answer.blob()).size + ' bytes'
  } catch (error) { out.textContent = String(error) }
})`

/** A page to read and try every route; made on the server, its one script and style are named by their hashes. */
export function docsPage(c: ApiContext, api: Api, version: string): Response {
  const { paths = {} } = apiDocument(api, version)
  const groups = new Map<string, string[]>()
  for (const [path, item] of Object.entries(paths)) {
    for (const method of ['get', 'post', 'patch', 'delete'] as const) {
      const operation = (item as Record<string, Operation | undefined>)[method]
      if (!operation) continue
      const group = operation.tags?.[0] ?? ''
      groups.set(group, [...(groups.get(group) ?? []), block(method, path, operation)])
    }
  }
  const sections = [...groups].map(([name, blocks]) => `<h2>${escapeHtml(name)}</h2>${blocks.join('')}`).join('')
  c.header('Content-Security-Policy', staticPagePolicy(STYLE, SCRIPT))
  return c.html(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>API ${escapeHtml(version)}</title><style>${STYLE}</style></head><body><main><h1>HTTP API</h1><p>Machine-readable: <a href="/api/openapi.json">/api/openapi.json</a>. From elsewhere send <code>Authorization: Bearer &lt;access code&gt;</code>. <a href="/">OCR</a></p>${sections}</main><script>${SCRIPT}</script></body></html>`,
  )
}

function block(method: string, path: string, operation: Operation): string {
  const fields = (operation.parameters ?? []).map(
    ({ name, in: place, required, schema }) =>
      `<label>${escapeHtml(name)} (${escapeHtml(place)})<input name="${escapeHtml(name)}" data-in="${escapeHtml(place)}" value="${escapeHtml(String(schema?.default ?? ''))}"${required && place === 'path' ? ' required' : ''}></label>`,
  )
  const content = operation.requestBody?.content ?? {}
  const form = content['multipart/form-data']
  if (content['application/json']) {
    fields.push('<label>JSON<textarea data-in="json" placeholder="{}"></textarea></label>')
  }
  for (const [name, schema] of Object.entries(propertiesOf(form?.schema))) {
    const file = (schema as { format?: string }).format === 'binary'
    fields.push(
      `<label>${escapeHtml(name)}<input name="${escapeHtml(name)}" data-in="form"${file ? ' type="file" multiple' : ''}></label>`,
    )
  }
  return `<details><summary><b>${method.toUpperCase()}</b><code>${escapeHtml(path)}</code>${escapeHtml(operation.summary ?? '')}</summary><form data-method="${method.toUpperCase()}" data-path="${escapeHtml(path)}"${form ? ' data-form="1"' : ''}>${fields.join('')}<button>Send</button><pre hidden tabindex="0"></pre></form></details>`
}

function propertiesOf(schema: unknown): Record<string, unknown> {
  return (schema as { properties?: Record<string, unknown> } | undefined)?.properties ?? {}
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
