/** A request that posts fields, `names` for the files among them. */
export const form = (parts: Record<string, string | Blob>, names: Record<string, string> = {}): RequestInit => {
  const body = new FormData()
  for (const [key, value] of Object.entries(parts)) {
    if (typeof value === 'string') body.append(key, value)
    else body.append(key, value, names[key] ?? 'picture.png')
  }
  return { method: 'POST', body }
}

/** A request that posts files under `file`, after some fields. */
export const files = (
  list: { name: string; content: Buffer | string }[],
  fields: Record<string, string> = {},
): RequestInit => {
  const body = new FormData()
  for (const [key, value] of Object.entries(fields)) body.append(key, value)
  for (const { name, content } of list) body.append('file', new Blob([new Uint8Array(Buffer.from(content))]), name)
  return { method: 'POST', body }
}

export const blob = (content: Buffer): Blob => new Blob([new Uint8Array(content)])

/** Settings that make detection quick. */
export const QUICK = '{"sizeRule":"long-side","size":192}'
