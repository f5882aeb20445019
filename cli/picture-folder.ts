import { readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { UserError } from '../detector/errors'
import { isSystemName, type LeftOut, leftOutFile, leftOutText } from '../detector/picture/left-out'
import { isPictureName } from '../detector/picture/picture-names'
import type { CommandContext } from './command'

/** Names in the message about a folder without pictures. */
const NAMED = 3
/** Lines of what was left out that are shown; `--json` has all. */
const SHOWN = 20

/**
 * The pictures of a folder by their ending, in natural order of names, and everything else that lies there: both as paths
 * relative to the folder, with `/`. Links to files are followed, links to folders are not.
 * @param recursive looks into subfolders, too; false leaves them out, absent where the command has no such option
 * @throws UserError `folder-without-images`, naming some of what lies there instead
 */
export async function picturesOf(
  folder: string,
  recursive?: boolean,
): Promise<{ names: string[]; leftOut: LeftOut[] }> {
  const names: string[] = []
  const leftOut: LeftOut[] = []
  for (const entry of await readdir(folder, { recursive, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = relative(folder, path).split(sep).join('/')
    if (isSystemName(name)) continue
    const linked = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : undefined
    if (linked?.isDirectory() || (entry.isDirectory() && !recursive))
      leftOut.push({ name: `${name}/`, why: 'subfolder' })
    else if (entry.isDirectory()) continue
    else if (isPictureName(name)) names.push(name)
    else leftOut.push(leftOutFile(name) ?? { name, why: 'not-a-picture' })
  }
  if (names.length === 0) throw withoutPictures(folder, recursive, leftOut)
  const order = new Intl.Collator('en', { numeric: true }).compare
  return { names: names.sort(order), leftOut: leftOut.sort((a, b) => order(a.name, b.name)) }
}

function withoutPictures(folder: string, recursive: boolean | undefined, leftOut: readonly LeftOut[]): UserError {
  const more = leftOut.length > NAMED ? `; and ${leftOut.length - NAMED} more` : ''
  const instead = leftOut.length > 0 ? ` Left out: ${leftOut.slice(0, NAMED).map(leftOutText).join('; ')}${more}.` : ''
  return new UserError({
    code: 'folder-without-images',
    message: `There is no picture in this folder (JPEG, PNG, BMP, WebP, TIFF or GIF).${instead}`,
    where: { file: folder },
    ...(recursive === false && { fix: 'Use --recursive to look into subfolders.' }),
  })
}

/** Tells what was left out, on stderr; `--json` has it in its object. */
export function tellLeftOut(leftOut: readonly LeftOut[], ctx: CommandContext): void {
  if (ctx.json || leftOut.length === 0) return
  ctx.err(`Left out (${leftOut.length}):`)
  for (const one of leftOut.slice(0, SHOWN)) ctx.err(`  ${leftOutText(one)}`)
  if (leftOut.length > SHOWN) ctx.err(`  … and ${leftOut.length - SHOWN} more (--json lists all)`)
}
