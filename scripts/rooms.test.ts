import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { faultsOf } from './rooms.mjs'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rooms-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

async function house(files: Record<string, string>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(root, dirname(name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
  return faultsOf(root)
}

it('content with rooms that open one way', async () => {
  const faults = await house({
    'detector/a/one.ts': "import { two } from '../b/two'\n",
    'detector/b/two.ts': 'export const two = 2\n',
    'detector/b/two.test.ts': "import '../a/one'\n",
    'server/x.ts': "import { one } from '../detector/a/one'\n",
  })
  expect(faults).toEqual([])
})

it('names folders that import each other over a third, types and late imports too', async () => {
  const faults = await house({
    'detector/a/one.ts': "import type { Two } from '../b/two'\n",
    'detector/b/two.ts': "export const three = () => import('../c/three')\n",
    'detector/c/three.ts': "export { one } from '../a/one'\n",
  })
  expect(faults).toHaveLength(1)
  for (const part of ['detector/a', 'detector/b', 'detector/c', 'detector/c/three.ts → detector/a/one']) {
    expect(faults[0]).toContain(part)
  }
})

it('names an import into a layer above', async () => {
  const faults = await house({
    'detector/a.ts': "import { x } from '../server/x'\n",
    'server/x.ts': 'export const x = 1\n',
  })
  expect(faults).toEqual(['detector/a.ts imports server/x: detector may not know server'])
})
