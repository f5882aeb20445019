import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Where the annotated sets lie that benchmarks measure on. */
export const dataRoot = process.env.OCR_DATA ?? '../shared/data'

/** The sets of `dataRoot` that have a test part. */
export function testSets(): string[] {
  return readdirSync(dataRoot).filter((name) => existsSync(join(dataRoot, name, 'test_list.txt')))
}
