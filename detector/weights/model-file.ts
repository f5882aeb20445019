import { existsSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UserError } from '../errors'
import { sha256OfFile } from '../files/sha256'
import type { Sidecar } from './sidecar'

export { readSidecar } from './sidecar'

/** A weight file or exported model that was found. */
export interface ModelFile {
  /** What people call it: the id, or run and file name. */
  name: string
  path: string
}

/** Where the weights of a run lie that a model id of this run stands for. */
const RUN_WEIGHTS = 'best_model.pth'

/** The folder that holds `models/`: upwards from this file, which may be source or bundle. */
function projectRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'models', 'base'))) return folder
    if (dirname(folder) === folder) return process.cwd()
  }
}

/**
 * Finds a model by path (`.pth`, `.pt`, `.onnx` or a run directory) or by id: `base` and other folders of `models/`, or
 * the name of a run in `workdirs/` (here or beside `models/`).
 *
 * @throws UserError `model-missing`
 */
export function findModel(model: string): ModelFile {
  if (existsSync(model)) {
    const path = resolve(model)
    if (!statSync(path).isDirectory()) return { name: nameOf(path), path }
    const best = join(path, RUN_WEIGHTS)
    if (existsSync(best)) return { name: nameOf(best), path: best }
  }
  if (/^[\w.-]+$/.test(model) && !/^\.+$/.test(model)) {
    const root = projectRoot()
    const places = [
      join(root, 'models', model, `${model}.pth`),
      join(root, 'models', model, `${model}.onnx`),
      join(process.cwd(), 'workdirs', model, RUN_WEIGHTS),
      join(root, 'workdirs', model, RUN_WEIGHTS),
    ]
    const path = places.find((place) => existsSync(place))
    if (path) return { name: model, path }
  }
  throw new UserError({
    code: 'model-missing',
    message: `There is no model "${model}".`,
    fix: 'Give a .pth or .onnx file, a run directory of workdirs/, or "base".',
  })
}

/** Weights of a run are told apart by the run, others by the file. */
function nameOf(path: string): string {
  const file = basename(path, extname(path))
  return file === 'best_model' || file === 'final_model' ? `${basename(dirname(path))}/${file}` : file
}

/**
 * SHA-256 of a weight file, compared with what its sidecar names.
 * @throws UserError `weights-changed`
 */
export async function checkedHash(path: string, sidecar: Sidecar | undefined): Promise<string> {
  const sha256 = await sha256OfFile(path)
  if (sidecar?.sha256 && sidecar.sha256 !== sha256) {
    throw new UserError({
      code: 'weights-changed',
      message: `The weights are not those that the file beside them describes (SHA-256 ${sha256.slice(0, 12)}…, expected ${sidecar.sha256.slice(0, 12)}…).`,
      where: { file: path },
      fix: 'Copy both files again, or delete the .json if the weights were changed on purpose.',
    })
  }
  return sha256
}
