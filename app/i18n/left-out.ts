import type { LeftOut } from '../../detector/picture/left-out'
import { defineTexts, type Lang } from './texts'

const texts = defineTexts(
  {
    'type-unread': '不能读取这种文件，请另存为 PNG 或 JPEG',
    'pages-unread': (pages: string) => `只读取了第 1 页，共 ${pages} 页`,
    'archive-inside': '里面的压缩包没有解开',
    subfolder: '没有查看这个文件夹',
    'not-a-picture': '不是图片',
    more: (n: string) => `另有 ${n} 个`,
  },
  {
    'type-unread': 'this kind of file is not read; save it as PNG or JPEG',
    'pages-unread': (pages) => `only page 1 of ${pages} was read`,
    'archive-inside': 'an archive inside is not unpacked',
    subfolder: 'the folder was not looked into',
    'not-a-picture': 'not a picture',
    more: (n) => `${n} more`,
  },
)

const SHOWN = 5

/** The first files that were left out with their reasons, and how many more there are. */
export function leftOutLine(lang: Lang, list: readonly LeftOut[]): string {
  const shown = list.slice(0, SHOWN).map((entry) => `${entry.name}: ${leftOutWhy(lang, entry)}`)
  const more = list.length - shown.length
  return [...shown, ...(more > 0 ? [texts[lang].more(String(more))] : [])].join(lang === 'zh' ? '；' : '; ')
}

/** Why a file or its pages were left out, in one line. */
export function leftOutWhy(lang: Lang, { why, pages = 0 }: Pick<LeftOut, 'why' | 'pages'>): string {
  return why === 'pages-unread' ? texts[lang][why](String(pages)) : texts[lang][why]
}
