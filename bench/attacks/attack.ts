import { connect } from 'node:net'
import type { AppServer } from '../../e2e/app-server'

export interface Target {
  server: AppServer
  /** Address of this machine under which the server sees us as somebody from elsewhere; absent where there is none. */
  elsewhere: string | undefined
}

export interface Attack {
  /** Promise of docs/trust.md. */
  promise: string
  name: string
  /** Comes from another machine: not run where there is no such address. */
  foreign?: true
  /** Ends when the attack was held, throws with what it reached. */
  run(target: Target): Promise<void>
}

export function held(condition: boolean, reached: string): void {
  if (!condition) throw new Error(reached)
}

/** Sends these very bytes, reads until the server closes or `ms` are over. @returns all that came, in Latin-1 */
export function sendBytes(host: string, port: number, bytes: string, ms = 20_000): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, host)
    let text = ''
    const timer = setTimeout(() => socket.destroy(), ms)
    socket.on('data', (data) => {
      text += data.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(text)
    })
    socket.write(Buffer.from(bytes, 'latin1'))
  })
}

/** Status of an answer as it came over the line; 0 when none did. */
export const statusOf = (answer: string): number => Number(/^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1] ?? 0)
