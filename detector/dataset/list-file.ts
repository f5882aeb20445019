import { PICTURE_ENDING } from '../picture/picture-names'
import { numberedLines } from './decode-text'

/** One line of a list of pictures. */
export interface ListEntry {
  line: number
  /** As written, with `/` between folders and without a leading `./`. */
  image: string
  /** Absent in lists of one column. */
  annotation?: string
}

/**
 * Reads a list file: `image annotation` per line, separated by a TAB, or by the last blanks before a `.txt` (names may
 * hold blanks), or the image alone.
 */
export function parseListFile(content: string): ListEntry[] {
  return numberedLines(content).map(({ line, text }) => {
    const [image, annotation] = splitLine(text.trim())
    return { line, image: tidyPath(image), ...(annotation !== undefined && { annotation: tidyPath(annotation) }) }
  })
}

const pictureEnding = new RegExp(String.raw`${PICTURE_ENDING}(?=[\s,])`, 'gi')

// Lists come from outside: every expression here takes time in proportion to the line.
function splitLine(text: string): [string] | [string, string] {
  const tab = text.indexOf('\t')
  if (tab >= 0) return [text.slice(0, tab), text.slice(tab + 1).split('\t')[0]]
  const quoted = /^"([^"]+)"(?:\s+"?([^"\s][^"]*)"?)?$/.exec(text)
  if (quoted) return quoted[2] === undefined ? [quoted[1]] : [quoted[1], quoted[2]]
  if (!/\.txt$/i.test(text)) return [text]
  // The name of an annotation may hold blanks as well: cut after the picture's extension where there is one.
  const extension = [...text.matchAll(pictureEnding)].at(-1)
  if (extension) {
    const end = extension.index + extension[0].length
    return [text.slice(0, end), text.slice(end).replace(/^[\s,]+/, '')]
  }
  const last = /\s(\S+)$/.exec(text)
  return last ? [text.slice(0, last.index), last[1]] : [text]
}

function tidyPath(path: string): string {
  return path
    .trim()
    .replace(/\\/g, '/')
    .replace(/^(?:\.\/)+/, '')
}
