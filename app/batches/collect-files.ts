import { isSystemName, type LeftOut, leftOutFile } from '../../detector/picture/left-out'
import { isPictureName } from '../../detector/picture/picture-names'

/** A file with the name it gets in the batch: folders inside the upload are kept. */
export interface NamedFile {
  file: File
  name: string
}

const ZIP = /\.zip$/i

export const isZip = (name: string): boolean => ZIP.test(name)

/** Splits what a user chose into what can be sent and what is left out; what systems add counts as neither. */
export function usable(files: readonly NamedFile[]): { files: NamedFile[]; leftOut: LeftOut[] } {
  const good = files.filter(({ name }) => {
    const base = name.split('/').at(-1) ?? ''
    return !isSystemName(name) && (isPictureName(base) || ZIP.test(base))
  })
  const kept = new Set(good)
  const leftOut = files.filter((file) => !kept.has(file)).flatMap(({ name }) => leftOutFile(name) ?? [])
  return { files: good, leftOut }
}

export const fromInput = (list: FileList | null): NamedFile[] =>
  [...(list ?? [])].map((file) => ({ file, name: file.webkitRelativePath || file.name }))

/** Reads dropped files and everything inside dropped folders. */
export async function fromDrop(data: DataTransfer): Promise<NamedFile[]> {
  // The list of items is emptied after the event, so entries are taken at once.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.()).filter((e) => e !== null && e !== undefined)
  if (entries.length === 0) return fromInput(data.files)
  const out: NamedFile[] = []
  for (const entry of entries) await walk(entry, '', out)
  return out
}

async function walk(entry: FileSystemEntry, folder: string, out: NamedFile[]): Promise<void> {
  const name = folder + entry.name
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    out.push({ file, name })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  // A reader gives at most a hundred entries at a time and an empty list at the end.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (part.length === 0) return
    for (const child of part) await walk(child, `${name}/`, out)
  }
}

/** Groups for one request each: at most `most` files and about `bytes`; a larger file goes alone, a zip always does. */
export function groups(files: readonly NamedFile[], most = 8, bytes = 24e6): NamedFile[][] {
  const out: NamedFile[][] = []
  let group: NamedFile[] = []
  let size = 0
  const push = () => {
    if (group.length > 0) out.push(group)
    group = []
    size = 0
  }
  for (const f of files) {
    if (isZip(f.name)) {
      push()
      out.push([f])
      continue
    }
    if (group.length >= most || (group.length > 0 && size + f.file.size > bytes)) push()
    group.push(f)
    size += f.file.size
  }
  push()
  return out
}
