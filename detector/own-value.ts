/** What a table holds under a name from outside; not what every object inherits (`constructor`, `toString`). */
export function ownValue<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
