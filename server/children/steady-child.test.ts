import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Detection } from '../detections/schema'
import { blob, form, QUICK } from '../testing/forms'
import { wordPicture, writeSampleData } from '../testing/sample-data'
import { errorCode, startTestServer, until } from '../testing/test-server'
import { SteadyChild } from './steady-child'
import { taskBlame } from './task-requests'

vi.setConfig({ testTimeout: 120_000 })
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'steady-'))
  await writeSampleData(join(folder, 'words'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const check = (tasks: SteadyChild, name: string) =>
  tasks.request<{ ok: boolean }>('check', {
    path: join(folder, 'words'),
    confined: false,
    lists: { train: join(folder, `${name}-train`), test: join(folder, `${name}-test`) },
  })

it('what was in work when the process ended is done all the same, whoever waits for it', async () => {
  const server = await startTestServer()
  try {
    const { inference } = server.context
    const image = blob((await wordPicture(1, 2400, 1800)).png)
    const detect = () => server.api('/detect', form({ image, settings: QUICK }))
    expect((await detect()).status).toBe(200)
    const answers = Array.from({ length: 6 }, detect)
    // Until the first is answered the process has two in work at each moment.
    await until(
      async () => inference.inWork,
      (n) => n === 2,
    )
    process.kill(inference.pid!, 'SIGKILL')
    for (const answer of await Promise.all(answers)) {
      expect(answer.status, await answer.clone().text()).toBe(200)
      expect(((await answer.json()) as Detection).success).toBe(true)
    }
    // One that really ends each process it meets.
    await until(
      async () => inference.inWork,
      (n) => n === 0,
    )
    const ends = new Set<number>()
    const killer = setInterval(() => {
      const { pid, inWork } = inference
      if (inWork === 0 || pid === undefined || ends.has(pid)) return
      ends.add(pid)
      process.kill(pid, 'SIGKILL')
    }, 5)
    const poison = await detect()
    clearInterval(killer)
    expect([poison.status, await errorCode(poison)]).toEqual([400, 'picture-ends-process'])
    expect(ends.size).toBeGreaterThanOrEqual(2)
    expect((await detect()).status).toBe(200)
  } finally {
    await server.end()
  }
})

it('checks are done again one by one, and only the one that ends its process again is told so', async () => {
  const tasks = new SteadyChild('task-child', 60_000, taskBlame)
  try {
    const both = [check(tasks, 'a'), check(tasks, 'b')]
    process.kill(tasks.pid!, 'SIGKILL')
    expect((await Promise.all(both)).map(({ ok }) => ok)).toEqual([true, true])

    const [poison, other] = [check(tasks, 'a'), check(tasks, 'b')]
    const first = tasks.pid!
    process.kill(first, 'SIGKILL')
    const second = await until(
      async () => tasks.pid,
      (pid) => pid !== undefined && pid !== first,
    )
    process.kill(second!, 'SIGKILL')
    await expect(poison).rejects.toMatchObject({ code: 'data-ends-process' })
    expect((await other).ok).toBe(true)
  } finally {
    tasks.close()
  }
  await expect(check(tasks, 'a')).rejects.toThrow('closed')
})
