import { readFileSync } from 'node:fs'
import path from 'node:path'
import { filesBelow, WORD_FOLDERS } from './asset-files'

const WORD_PACKAGES = 'wamerican wfrench wngerman wspanish witalian rime-essay python3-jieba'

/** Words of one language; Chinese ones with the most frequent first. */
export interface WordLists {
  en: string[]
  eu: string[]
  hans: string[]
  hant: string[]
}

const LATIN_LISTS: readonly [file: string, list: 'en' | 'eu', most: number][] = [
  ['american-english', 'en', 9000],
  ['british-english', 'en', 9000],
  ['french', 'eu', 2500],
  ['ngerman', 'eu', 2500],
  ['spanish', 'eu', 2500],
  ['italian', 'eu', 1500],
]
const CHINESE_LISTS: readonly [file: string, list: 'hans' | 'hant', most: number][] = [
  ['dict.txt', 'hans', 14000],
  ['essay.txt', 'hant', 8000],
]

// For machines without any list: enough that pictures can be made, too few for good ones.
const FEW: WordLists = {
  en: (
    'the of and to in is you that it he was for on are as with his they at be this have from or one had by word but ' +
    'not what all were we when your can said there use an each which she do how their if will up other about out many ' +
    'then them these so some her would make like him into time has look two more write go see number no way could ' +
    'people my than first water been call who oil its now find long down day did get come made may part total amount ' +
    'price invoice address street city date order item quantity service customer account office report market'
  ).split(' '),
  eu: (
    'être avoir faire où déjà après même forêt garçon façon élève größe straße für über schön können müssen mañana ' +
    'niño año señor corazón también más día città perché più così università libertà qualità'
  ).split(' '),
  hans: '的 一 是 了 我们 不 人 在 有 他 这 中国 大 来 上 国家 到 说 们 为 子 和 你 地方 出 道 也 时间 年 得 就 那 要 下 学生 电话 公司 地址 日期 合计 数量 单价 金额 服务 中心 北京 上海 欢迎 光临 有限 责任 销售 经理 产品 名称 规格 型号'.split(
    ' ',
  ),
  hant: '的 一 是 了 我們 不 人 在 有 他 這 中國 大 來 上 國家 到 說 們 為 和 你 地方 出 道 也 時間 年 得 就 那 要 下 學生 電話 公司 地址 日期 合計 數量 單價 金額 服務 中心 臺北 歡迎 光臨 有限 責任 銷售 經理 產品 名稱 規格 型號'.split(
    ' ',
  ),
}

/**
 * Reads the word lists of this machine.
 * @param folders searched by file name; default: where Debian's packages put them
 * @returns the lists, and what is missing in words for a person
 */
export function readWordLists(folders: readonly string[] = WORD_FOLDERS): { lists: WordLists; warnings: string[] } {
  const names = new Set<string>([...LATIN_LISTS, ...CHINESE_LISTS].map(([file]) => file))
  const files = new Map(filesBelow(folders, (name) => names.has(name)).map((file) => [path.basename(file), file]))
  const lists: WordLists = { en: [], eu: [], hans: [], hant: [] }
  for (const [name, list, most] of LATIN_LISTS) {
    const file = files.get(name)
    if (file) lists[list].push(...thinned(latinWords(file), most))
  }
  for (const [name, list, most] of CHINESE_LISTS) {
    const file = files.get(name)
    if (file) lists[list].push(...frequentWords(file, most))
  }
  const absent = (Object.keys(lists) as (keyof WordLists)[]).filter((key) => lists[key].length === 0)
  for (const key of absent) lists[key].push(...FEW[key])
  const warnings = absent.length > 0 ? [`few words for ${absent.join(', ')}: apt-get install ${WORD_PACKAGES}`] : []
  return { lists, warnings }
}

const latinWords = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((word) => word.trim())
    .filter((word) => word.length > 1 && word.length < 14 && !word.includes("'"))

const thinned = (words: string[], most: number): string[] => {
  const step = Math.max(1, Math.floor(words.length / most))
  return words.filter((_, i) => i % step === 0)
}

/** Lines of "word count …", as the dictionaries of jieba and Rime have them. */
function frequentWords(file: string, most: number): string[] {
  const rows: [word: string, count: number][] = []
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [word, count] = line.split(/\s+/, 2)
    if (/^[一-鿿]{1,6}$/.test(word ?? '') && /^\d+$/.test(count ?? '')) rows.push([word, Number(count)])
  }
  return rows
    .sort((a, b) => b[1] - a[1])
    .slice(0, most)
    .map(([word]) => word)
}
