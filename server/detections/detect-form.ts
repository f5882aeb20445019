import { UserError } from '../../detector/errors'
import { detectOptions } from '../../detector/options/detect'
import { parseJsonObject } from '../http/read-json'

/**
 * Detection options of a form: `settings` as JSON, or each as a field of its own. Their values are checked by the
 * options' table.
 * @throws UserError `json-invalid`; `request-invalid` for an option that is given in both ways
 */
export function settingsOfForm(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const settings = fields.settings ? parseJsonObject(fields.settings, 'settings') : {}
  for (const key of Object.keys(detectOptions)) {
    if (fields[key] === undefined) continue
    if (key in settings) {
      throw new UserError({ code: 'request-invalid', message: `form ${key}: it is given in settings too.` })
    }
    settings[key] = fields[key]
  }
  return settings as Record<string, string>
}
