import type { Draw } from './draw'
import { isChinese, type Language } from './fonts'
import type { WordLists } from './word-lists'

const CYRILLIC = [...'абвгдежзиклмнопрстуфхцчшщыэюя']
const CYRILLIC_VOWELS = 'аеиоуыэюя'
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'June', 'July', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec']
const CODE_LETTERS = [...'ABCDEFGHJKLMNPQRSTUVWXYZ']

const twoDigits = (value: number): string => String(value).padStart(2, '0')
const capitalised = (word: string): string => word[0].toUpperCase() + word.slice(1)
const digits = (r: Draw, count: number): string => Array.from({ length: count }, () => r.integer(0, 9)).join('')

/** Strings as they stand on things: words, running text, prices, dates, codes, addresses. */
export class Texts {
  constructor(private readonly lists: WordLists) {}

  word(r: Draw, language: Language): string {
    switch (language) {
      case 'ru':
        return cyrillicWord(r)
      case 'eu':
        return r.pick(this.lists.eu)
      case 'en':
        return r.pick(this.lists.en)
      default: {
        // Squared, so that frequent words (the first) come more often.
        const list = this.lists[language]
        return list[Math.floor(r.next() ** 2 * list.length)]
      }
    }
  }

  /** About `length` characters of running text. */
  running(r: Draw, language: Language, length: number, punctuation = true): string {
    return isChinese(language)
      ? this.runningChinese(r, language, length, punctuation)
      : this.runningLatin(r, language, length, punctuation)
  }

  private runningChinese(r: Draw, language: Language, length: number, punctuation: boolean): string {
    let text = ''
    while (text.length < length) {
      text += r.chance(0.06) ? String(r.integer(1, 2030)) : r.chance(0.03) ? this.word(r, 'en') : this.word(r, language)
      if (punctuation && text.length < length && r.chance(0.16)) text += r.pick('，，。、；：！？')
    }
    return text.slice(0, Math.max(1, length))
  }

  private runningLatin(r: Draw, language: Language, length: number, punctuation: boolean): string {
    let text = ''
    let capital = r.chance(0.5)
    while (text.length < length) {
      const word = r.chance(0.06) ? this.number(r) : this.word(r, language)
      text += capital ? capitalised(word) : word
      capital = false
      if (punctuation && r.chance(0.14)) {
        const mark = r.pick(',,..;:!?')
        text += mark
        capital = '.!?'.includes(mark)
      }
      text += ' '
    }
    return text.trim()
  }

  /** A few words as a heading, a name, a label. */
  title(r: Draw, language: Language, words = r.integer(1, 4)): string {
    const list = Array.from({ length: words }, () => this.word(r, language))
    if (isChinese(language)) return list.join('')
    const upper = r.chance(1 / 3)
    return list.map((word) => (upper ? word.toUpperCase() : capitalised(word))).join(' ')
  }

  number(r: Draw): string {
    switch (r.integer(0, 4)) {
      case 0:
        return String(r.integer(0, 9999))
      case 1:
        return r.range(0, 1000).toFixed(r.integer(1, 2))
      case 2:
        return `${r.integer(1, 999)},${String(r.integer(0, 999)).padStart(3, '0')}`
      case 3:
        return `${r.integer(1, 100)}%`
      default:
        return String(r.integer(1900, 2030))
    }
  }

  price(r: Draw, currencies: readonly string[] = ['', '', '$', '€', '£', '¥', '￥', 'RM ']): string {
    const value = r.logRange(0.3, 3000).toFixed(2)
    const sign = r.pick(currencies)
    return r.chance(0.15) ? `${value.replace('.', ',')} €` : sign + value
  }

  date(r: Draw, language: Language = 'en'): string {
    const year = r.integer(1980, 2030)
    const month = r.integer(1, 12)
    const day = r.integer(1, 28)
    if (isChinese(language) && r.chance(0.6)) return `${year}年${month}月${day}日`
    switch (r.integer(0, 3)) {
      case 0:
        return `${year}-${twoDigits(month)}-${twoDigits(day)}`
      case 1:
        return `${twoDigits(day)}/${twoDigits(month)}/${year}`
      case 2:
        return `${twoDigits(day)}.${twoDigits(month)}.${year}`
      default:
        return `${day} ${MONTHS[month - 1]} ${year}`
    }
  }

  time(r: Draw): string {
    const seconds = r.chance(0.3) ? `:${twoDigits(r.integer(0, 59))}` : ''
    return `${r.integer(0, 23)}:${twoDigits(r.integer(0, 59))}${seconds}${r.chance(0.15) ? ' PM' : ''}`
  }

  code(r: Draw): string {
    let text = ''
    for (let i = r.integer(3, 10); i > 0; i--)
      text += r.chance(0.55) ? r.integer(0, 9) : r.chance(0.85) ? r.pick(CODE_LETTERS) : '-'
    return text.replace(/^-|-$/g, 'X').replace(/--/g, '-')
  }

  phone(r: Draw): string {
    switch (r.integer(0, 4)) {
      case 0:
        return `+${r.integer(1, 99)} ${digits(r, 3)} ${digits(r, 3)} ${digits(r, 4)}`
      case 1:
        return `(${digits(r, 3)}) ${digits(r, 3)}-${digits(r, 4)}`
      case 2:
        return `1${digits(r, 10)}`
      case 3:
        return `0${digits(r, 2)}-${digits(r, 8)}`
      default:
        return `Tel: ${digits(r, 3)}-${digits(r, 4)} ${digits(r, 4)}`
    }
  }

  address(r: Draw): string {
    const word = () => this.word(r, 'en').toLowerCase()
    if (r.chance(0.35)) return `${word()}${r.chance(0.5) ? r.integer(1, 99) : ''}@${word()}.com`
    const start = r.pick(['www.', 'https://', ''])
    return `${start}${word()}${r.pick(['.com', '.org', '.net', '.cn', '.de', '.io'])}${r.chance(0.3) ? `/${word()}` : ''}`
  }

  /** Any short label. */
  short(r: Draw, language: Language): string {
    const kind = r.weighted([
      ['title', 6],
      ['number', 1],
      ['price', 1],
      ['date', 1],
      ['time', 0.6],
      ['code', 1],
      ['phone', 0.6],
      ['address', 0.8],
    ] as const)
    switch (kind) {
      case 'title':
        return this.title(r, language, r.integer(1, 3))
      case 'date':
        return this.date(r, language)
      default:
        return this[kind](r)
    }
  }
}

function cyrillicWord(r: Draw): string {
  let word = ''
  const length = r.integer(2, 9)
  while (word.length < length) {
    const letter = r.pick(CYRILLIC)
    const alike = word !== '' && CYRILLIC_VOWELS.includes(letter) === CYRILLIC_VOWELS.includes(word[word.length - 1])
    if (!alike || r.chance(0.2)) word += letter
  }
  return word
}
