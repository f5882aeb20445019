import { flagName } from '../../detector/options/spec'
import { type TrainOptions, trainOptions } from '../../detector/options/train'

/** A word of a shell command, quoted where it needs to be. */
const quoted = (text: string): string => (/^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

/** Always written, because people look for them; the others only where they differ from the default. */
const ALWAYS: readonly (keyof TrainOptions)[] = ['data', 'epochs', 'batchSize', 'lr', 'imageSize']

/** The `ocr-detect train` that does what the form says. */
export function trainCommand(options: TrainOptions): { flag: string; value: string }[] {
  return (Object.keys(trainOptions) as (keyof TrainOptions)[])
    .filter((key) => ALWAYS.includes(key) || options[key] !== trainOptions[key].default)
    .map((key) => ({ flag: `--${flagName(key)}`, value: quoted(String(options[key])) }))
}
