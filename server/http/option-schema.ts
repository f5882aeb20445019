import { z } from '@hono/zod-openapi'
import type { OptionTable } from '../../detector/options/spec'

type Property = {
  type: 'integer' | 'number' | 'string' | 'boolean'
  description: string
  default: number | string | boolean
  minimum?: number
  maximum?: number
  multipleOf?: number
  enum?: string[]
}

/**
 * Any object for zod, with the table's names, ranges and defaults in the OpenAPI document. The values themselves are
 * checked once, by `parseOptions` of the table, so that CLI, API and form refuse with the same words.
 */
export function optionsSchema(table: OptionTable, omit: readonly string[] = []) {
  return z
    .record(z.string().max(64), z.union([z.string().max(4096), z.number(), z.boolean()]))
    .openapi({ type: 'object', properties: propertiesOf(table, omit), additionalProperties: false })
}

/** The options of a table as text fields of a form, for clients that write each as a field of its own. */
export function optionFields(table: OptionTable) {
  const fields = Object.entries(propertiesOf(table)).map(([key, property]) => [
    key,
    z.string().max(4096).optional().openapi(property),
  ])
  return Object.fromEntries(fields) as Record<string, z.ZodOptional<z.ZodString>>
}

function propertiesOf(table: OptionTable, omit: readonly string[] = []): Record<string, Property> {
  const properties: Record<string, Property> = {}
  for (const [key, spec] of Object.entries(table)) {
    if (omit.includes(key)) continue
    const common = { description: `${spec.help.en} ${spec.help.zh}`, default: spec.default }
    switch (spec.type) {
      case 'number':
        properties[key] = {
          ...common,
          type: spec.integer ? 'integer' : 'number',
          minimum: spec.min,
          maximum: spec.max,
          ...(spec.multipleOf && { multipleOf: spec.multipleOf }),
        }
        break
      case 'choice':
        properties[key] = { ...common, type: 'string', enum: [...spec.choices] }
        break
      default:
        properties[key] = { ...common, type: spec.type }
    }
  }
  return properties
}
