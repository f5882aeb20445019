import { describe, expect, it } from 'vitest'
import { askedLanguage } from './asked-language'

describe('language of the first visit', () => {
  it.each([
    [undefined, 'en-US,en;q=0.9', 'en'],
    [undefined, 'zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    [undefined, 'de-DE,de;q=0.9,en;q=0.7,zh;q=0.3', 'en'],
    [undefined, 'en;q=0.3, zh-TW;q=0.8', 'zh'],
    [undefined, 'en;q=0,fr', 'zh'],
    [undefined, 'EN', 'en'],
    [undefined, 'fr-FR,fr;q=0.9,*;q=0.1', 'zh'],
    [undefined, 'enm,zhx', 'zh'],
    [undefined, null, 'zh'],
    [undefined, ';;,q=,en;q=x', 'zh'],
    ['zh', 'en-US', 'zh'],
    ['en', 'zh-CN', 'en'],
    ['fr', 'en', 'en'],
  ] as const)('cookie %s and "%s" give %s', (chosen, accepted, lang) => {
    expect(askedLanguage(chosen, accepted)).toBe(lang)
  })
})
