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

function splitLine(text: string): [string] | [string, string] {
  const tab = text.indexOf('\t')
  if (tab >= 0) return [text.slice(0, tab), text.slice(tab + 1).split('\t')[0]]
  const quoted = /^"([^"]+)"(?:\s+"?([^"]+)"?)?$/.exec(text)
  if (quoted) return quoted[2] === undefined ? [quoted[1]] : [quoted[1], quoted[2]]
  // The name of an annotation may hold blanks as well: cut after the picture's extension where there is one.
  const pair =
    /^(.*\.(?:jpe?g|png|bmp|webp|tiff?|gif|jfif))\s*[\s,]\s*(\S.*\.txt)$/i.exec(text) ??
    /^(.*\S)\s+(\S+\.txt)$/i.exec(text)
  return pair ? [pair[1], pair[2]] : [text]
}

function tidyPath(path: string): string {
  return path
    .trim()
    .replace(/\\/g, '/')
    .replace(/^(?:\.\/)+/, '')
}
