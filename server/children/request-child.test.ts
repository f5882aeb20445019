import { afterAll, expect, it } from 'vitest'
import { ChildEnded, RequestChild } from './request-child'

const children: RequestChild[] = []
afterAll(() => {
  for (const child of children) child.close()
})
const start = (timeoutMs: number): RequestChild => {
  const child = new RequestChild('inference-child', timeoutMs)
  children.push(child)
  return child
}

it('gives up what takes too long: the process goes, the next request gets another', async () => {
  const child = start(1)
  const first = child.request('ping', null)
  const { pid } = child
  await expect(first).rejects.toMatchObject({ code: 'timed-out' })
  await expect.poll(() => child.pid).toBeUndefined()
  expect(() => process.kill(pid!, 0)).toThrow('ESRCH')
  const again = child.request('ping', null)
  expect(child.pid).not.toBe(pid)
  await expect(again).rejects.toMatchObject({ code: 'timed-out' })
})

it('tells those who wait when the process ends, and what went wrong in a request without its stack', async () => {
  const child = start(60_000)
  const waiting = Promise.allSettled([child.request('ping', null), child.request('ping', null)])
  process.kill(child.pid!, 'SIGKILL')
  for (const one of await waiting) expect(one).toMatchObject({ status: 'rejected', reason: expect.any(ChildEnded) })
  const picture = { picture: import.meta.filename, name: 'a.png', maxPixels: 100, target: '/nowhere/x' }
  await expect(child.request('image', picture)).rejects.toMatchObject({ code: 'image-type-unsupported' })
  await expect(child.request('nothing', null)).rejects.toThrow('inference-child: The program has a fault')
  child.close()
  await expect(child.request('ping', null)).rejects.toBeInstanceOf(ChildEnded)
})
