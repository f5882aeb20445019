import { isPictureName } from './picture-names'

/** Why something that was given was not read. */
export const leftOutReasons = ['type-unread', 'pages-unread', 'archive-inside', 'subfolder', 'not-a-picture'] as const
type LeftOutReason = (typeof leftOutReasons)[number]

/** A file, folder or pages that were given and not read: nothing of these vanishes without being told. */
export interface LeftOut {
  /** Path as the files beside it are called, with `/`; a folder ends with one. */
  name: string
  why: LeftOutReason
  /** Of `pages-unread`: all pages in the file, of which the first was read. */
  pages?: number
}

/** Pictures and documents that people expect to be read, and that are not. */
const UNREAD =
  /\.(?:heic|heif|hif|avif|jp2|j2k|jpf|jpx|jxl|pdf|svg|ico|psd|xcf|djvu?|dng|cr2|cr3|nef|arw|raw|docx?|pptx?|xlsx?)$/i
const ARCHIVE = /\.(?:zip|rar|7z|tar|t?gz|t?bz2|t?xz|zst)$/i

/** What systems add by themselves and nobody gave: dot files, `__MACOSX`, thumbnails. */
export const isSystemName = (path: string): boolean =>
  path
    .split('/')
    .some(
      (part) =>
        part === '__MACOSX' ||
        (part.startsWith('.') && part !== '.' && part !== '..') ||
        /^(?:thumbs\.db|desktop\.ini)$/i.test(part),
    )

/** Whether a name promises a picture, document or archive that is not read. */
export const isUnreadName = (name: string): boolean => UNREAD.test(name) || ARCHIVE.test(name)

/** A file that is left out for its name; undefined for pictures, and for what systems add. */
export function leftOutFile(name: string): LeftOut | undefined {
  if (isPictureName(name) || isSystemName(name)) return undefined
  if (UNREAD.test(name)) return { name, why: 'type-unread' }
  return { name, why: ARCHIVE.test(name) ? 'archive-inside' : 'not-a-picture' }
}

/** The pages after the first; undefined when there is one only. */
export const leftOutPages = (name: string, pages: number): LeftOut | undefined =>
  pages > 1 ? { name, why: 'pages-unread', pages } : undefined

/** One line in English. */
export function leftOutText({ name, why, pages = 0 }: LeftOut): string {
  const texts: Record<LeftOutReason, string> = {
    'type-unread': 'this kind of file is not read; save it as PNG or JPEG',
    'pages-unread': pages === 2 ? 'page 2 of 2 was not read' : `pages 2 to ${pages} were not read`,
    'archive-inside': 'archives in here are not unpacked',
    subfolder: 'the folder was not looked into',
    'not-a-picture': 'not a picture',
  }
  return `${name}: ${texts[why]}`
}
