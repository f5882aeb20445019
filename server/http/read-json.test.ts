import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, it } from 'vitest'
import { readJson } from './read-json'

/** What reading a body comes to that never comes to its end: the sender goes, before or while it is read, or is given up. */
async function cutOff(how: 'while read' | 'before' | 'given up'): Promise<unknown> {
  const http = createServer().listen(0, '127.0.0.1')
  await once(http, 'listening')
  const socket = connect((http.address() as AddressInfo).port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{')
  const [request] = (await once(http, 'request')) as [IncomingMessage]
  if (how === 'before') {
    socket.destroy()
    await new Promise((resolve) => request.once('close', resolve))
  }
  const read = readJson(request).catch((error: unknown) => error)
  if (how === 'given up') request.destroy()
  else socket.destroy()
  const outcome = await read
  socket.destroy()
  http.close()
  return outcome
}

it('a body that is cut off is the sender’s fault, whenever it is read: no defect, no stack in the log', async () => {
  for (const how of ['while read', 'before', 'given up'] as const)
    expect(await cutOff(how), how).toMatchObject({ code: 'upload-cut-off' })
})
