import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const modules = resolve(import.meta.dirname, '../node_modules')
/** Packages with machine code that the product runs on. */
const PACKAGES = ['onnxruntime-node', '@img', '@libsql', '@napi-rs', '@next']
/** The libraries of C and C++, which the smallest images of Node.js hold. */
const OF_C = /^(linux-vdso|ld-linux.*|lib(c|m|dl|rt|pthread|resolv|gcc_s|stdc\+\+))\.so(\.\d+)?$/

/** [name, where it is found] of every library that a file needs; nothing for a file of another kind of machine. */
function needed(file: string): [string, string][] {
  const { status, stdout } = spawnSync('ldd', [file], { encoding: 'utf8' })
  if (status !== 0) return []
  return stdout
    .trim()
    .split('\n')
    .map((line) => /^\s*(\S+)(?: => (not found|\S+))?/.exec(line) as RegExpExecArray)
    .map(([, name, place]) => [name.replace(/^.*\//, ''), place ?? ''])
}

const isGlibc = process.platform === 'linux' && spawnSync('ldd', ['--version'], { encoding: 'utf8' }).status === 0

describe.skipIf(!isGlibc)('machine code of the packages', () => {
  it('needs the libraries of C and C++ of the system, and nothing else: no libglib, no OpenCV', () => {
    const files = PACKAGES.filter((name) => existsSync(join(modules, name))).flatMap((name) =>
      readdirSync(join(modules, name), { recursive: true, encoding: 'utf8' })
        .filter((path) => /\.(node|so)(\.[\d.]+)?$/.test(path) && !path.includes('musl'))
        .map((path) => join(modules, name, path)),
    )
    const libraries = files.map(needed)
    // At least the detector's, the pictures' (two files), the database's and the fonts'.
    expect(libraries.filter((list) => list.length > 0).length).toBeGreaterThanOrEqual(5)
    const foreign = libraries.flat().filter(([name, place]) => !OF_C.test(name) && !place.startsWith(modules))
    expect(foreign).toEqual([])
  })
})
