import type { ServerConfig } from './config/config'

const LINE = '='.repeat(60)

/** What the terminal shows when the server is ready; the first three lines are the original's. */
export function banner(
  { host, open, askLocal, password }: ServerConfig,
  port: number,
  code: string | undefined,
): string {
  const shown = host.includes(':') ? `[${host}]` : host
  const lines = [LINE, `WebUI 服务地址: http://${shown}:${port}`, LINE]
  if (host === '0.0.0.0' || host === '::') lines.push(`本机 on this machine: http://localhost:${port}`)
  if (open) {
    lines.push('注意：任何人都可访问，不需要访问码 (--open)。')
    lines.push('ATTENTION: anybody who reaches this port may use it; no access code is asked for (--open).')
  } else {
    const whom = askLocal ? 'from every machine, this one too' : 'from other machines'
    if (code !== undefined) lines.push(`访问码 access code (${whom}): ${code}`)
    else if (password !== undefined) lines.push(`访问码 access code (${whom}): as set in AUTH_PASSWORD`)
  }
  return `${lines.join('\n')}\n`
}
