export type Lang = 'zh' | 'en'

type Entry = string | ((...values: never[]) => string)
type Loose<E> = E extends (...values: infer A) => string ? (...values: A) => string : string

/** The labels of one part of the page, in both languages; `Z` is the Chinese version, which names the keys. */
export interface Texts<Z> {
  zh: Z
  en: { [K in keyof Z]: Loose<Z[K]> }
}

/**
 * Declares the labels of a part of the page. A key that is missing or too many in English is a type error, and so is a
 * function with other parameters. Each part has a file of its own, so that it travels with the pages that use it only.
 */
export function defineTexts<Z extends Record<string, Entry>>(
  zh: Z,
  en: { [K in keyof Z]: Loose<Z[K]> },
): Texts<{ [K in keyof Z]: Loose<Z[K]> }> {
  return { zh: zh as unknown as { [K in keyof Z]: Loose<Z[K]> }, en: en as never }
}
