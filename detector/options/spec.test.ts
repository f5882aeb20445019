import { expect, it } from 'vitest'
import { parseOptions } from './spec'
import { trainOptions } from './train'

it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
  'knows no option that objects inherit: %s',
  (key) => {
    const given = JSON.parse(`{ "data": "set", "${key}": 1 }`)
    expect(() => parseOptions(trainOptions, given)).toThrow(expect.objectContaining({ code: 'option-unknown' }))
  },
)
