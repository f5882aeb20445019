import type { Lang } from './texts'

/**
 * The language of a page: the one chosen in it before, else the one of the two that the browser likes best, else Chinese.
 *
 * @param chosen value of the cookie `lang`
 * @param accepted the header Accept-Language, such as `de-DE,de;q=0.9,en;q=0.7`
 */
export function askedLanguage(chosen: string | undefined, accepted: string | null): Lang {
  if (chosen === 'zh' || chosen === 'en') return chosen
  let best: { lang: Lang; weight: number } | undefined
  for (const range of (accepted ?? '').split(',')) {
    const [tag, ...parameters] = range
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/)
    const lang = /^(zh|en)(-|$)/.exec(tag)?.[1] as Lang | undefined
    const given = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
    const weight = given === undefined ? 1 : Number(given)
    // At equal weight the first counts; 0 means "not this one".
    if (lang && weight > (best?.weight ?? 0)) best = { lang, weight }
  }
  return best?.lang ?? 'zh'
}
