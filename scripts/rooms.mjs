/**
 * The rooms of the house: no two folders import each other, straight or over others, and layers import downwards only.
 * `node scripts/rooms.mjs [ROOT]` names each cycle with the imports that make it; exit status 1 when there is one.
 * Tests, and what only they use (`testing/`), are left out.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Lower layers first; a folder imports from its own layer and from those before it that it may know. */
const LAYERS = {
  detector: [],
  synthetic: ['detector'],
  cli: ['detector', 'synthetic'],
  server: ['detector', 'generated'],
  app: ['detector', 'server', 'examples'],
  pretrain: ['detector', 'synthetic'],
  bench: ['detector', 'synthetic', 'server', 'cli', 'pretrain', 'e2e', 'app'],
}

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (entry.name !== 'testing' && entry.name !== 'node_modules') yield* sources(path)
    } else if (/\.tsx?$/.test(entry.name) && !/\.(test|d)\.tsx?$/.test(entry.name)) yield path
  }
}

/** Relative imports of a file: `from '…'`, `import('…')`, `import '…'`. */
const IMPORT = /\b(?:from|import)\s*\(?\s*'(\.[^']*)'/g

/**
 * @param {string} root the project's folder
 * @returns {string[]} one text for each cycle of folders and each import into a layer that may not be known
 */
export function faultsOf(root) {
  /** folder → folder it imports from → the imports */
  const graph = new Map()
  const faults = []
  for (const layer of Object.keys(LAYERS)) {
    if (!existsSync(join(root, layer))) continue
    for (const file of sources(join(root, layer))) {
      const name = relative(root, file).split(sep).join('/')
      for (const [, specifier] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
        const target = posix.join(posix.dirname(name), specifier)
        const to = target.split('/')[0]
        if (to !== layer && to in LAYERS && !LAYERS[layer].includes(to))
          faults.push(`${name} imports ${target}: ${layer} may not know ${to}`)
        const [from, into] = [posix.dirname(name), posix.dirname(target)]
        if (from === into || !(to in LAYERS)) continue
        if (!graph.has(from)) graph.set(from, new Map())
        const imports = graph.get(from)
        imports.set(into, [...(imports.get(into) ?? []), `${name} → ${target}`])
      }
    }
  }
  for (const cycle of cyclesOf(graph)) {
    const within = [...cycle].flatMap((from) =>
      [...(graph.get(from) ?? [])]
        .filter(([into]) => cycle.has(into))
        .map(([into, list]) => `  ${from} → ${into} (${list.length}), such as ${list[0]}`),
    )
    faults.push(`folders that import each other: ${[...cycle].join(', ')}\n${within.join('\n')}`)
  }
  return faults
}

/** Strongly connected parts of more than one folder (Tarjan, SIAM J. Comput. 1972). */
function cyclesOf(graph) {
  const order = new Map()
  const low = new Map()
  const path = []
  const found = []
  const visit = (folder) => {
    order.set(folder, order.size)
    low.set(folder, order.get(folder))
    path.push(folder)
    for (const next of graph.get(folder)?.keys() ?? []) {
      if (!order.has(next)) visit(next)
      if (path.includes(next)) low.set(folder, Math.min(low.get(folder), low.get(next)))
    }
    if (low.get(folder) !== order.get(folder)) return
    const part = new Set(path.splice(path.indexOf(folder)))
    if (part.size > 1) found.push(part)
  }
  for (const folder of graph.keys()) if (!order.has(folder)) visit(folder)
  return found
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = faultsOf(resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..')))
  for (const fault of faults) console.error(fault)
  process.exit(faults.length > 0 ? 1 : 0)
}
