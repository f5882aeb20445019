import type { DetectionResult } from './types'

const COLUMNS = ['image', 'success', 'boxes', 'mean_score', 'omitted', 'width', 'height', 'seconds', 'error']

/** Spreadsheets take a file for UTF-8 only with this mark, and Chinese names need it. */
const BYTE_ORDER_MARK = '\ufeff'

/** First line of results.csv. */
export const tableHead = `${BYTE_ORDER_MARK}${COLUMNS.join(',')}\r\n`

/**
 * One line of results.csv.
 * @param image name or path to stand in the first column
 */
export function tableRow(image: string, result: DetectionResult): string {
  const { scores, image_size, error } = result
  const mean = scores.length === 0 ? '' : (scores.reduce((sum, score) => sum + score, 0) / scores.length).toFixed(4)
  const cells = [
    image,
    String(result.success),
    String(result.boxes.length),
    mean,
    String(result.omitted),
    result.success ? String(image_size[0]) : '',
    result.success ? String(image_size[1]) : '',
    result.success ? result.inference_time.toFixed(3) : '',
    error ? error.message : '',
  ]
  return `${cells.map(cell).join(',')}\r\n`
}

function cell(text: string): string {
  // A leading sign would make a spreadsheet compute the text.
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
