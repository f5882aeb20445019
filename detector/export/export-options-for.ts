import { UserError } from '../errors'
import { type ExportOptions, exportOptions } from '../options/export'
import { parseOptions } from '../options/spec'
import type { Sidecar } from '../weights/sidecar'

/** Options of an export; what is not given comes from the model's calibration, then from the defaults. */
export function exportOptionsFor(sidecar: Sidecar | undefined, given: Record<string, unknown>): ExportOptions {
  const options = parseOptions(exportOptions, { ...sidecar?.thresholds, ...given })
  const conflict = (message: string, fix: string): UserError => new UserError({ code: 'option-conflict', message, fix })
  if (options.form === 'boxes' && options.dynamic) {
    throw conflict('Boxes inside the graph need a fixed size.', 'Add --form maps, or leave out --dynamic.')
  }
  if (options.form === 'maps' && options.thresholdInputs) {
    throw conflict('The form maps has no thresholds.', 'Use --form boxes, or leave out --threshold-inputs.')
  }
  return options
}
