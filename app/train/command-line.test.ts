import { describe, expect, it } from 'vitest'
import { defaultsOf } from '../../detector/options/spec'
import { trainOptions } from '../../detector/options/train'
import { trainCommand } from './command-line'

const line = (change: object) =>
  trainCommand({ ...defaultsOf(trainOptions), data: 'custom_data', ...change })
    .map((part) => `${part.flag} ${part.value}`)
    .join(' ')

describe('the command of the form', () => {
  it('names the basic options always and the others where they differ', () => {
    expect(line({})).toBe('--data custom_data --batch-size 8 --epochs 10 --lr 0.0005 --image-size 640')
    expect(line({ patience: 0 })).toContain('--patience 0')
  })

  it('quotes what a shell would take apart', () => {
    expect(line({ data: "/data/it's here" })).toContain("--data '/data/it'\\''s here'")
  })
})
