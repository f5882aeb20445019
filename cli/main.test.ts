import { describe, expect, it } from 'vitest'
import { detectOptions } from '../detector/options/detect'
import { parseArguments } from './arguments'
import { main } from './main'

async function run(...argv: string[]) {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await main(argv, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    signal: new AbortController().signal,
    debug: false,
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

describe('parseArguments', () => {
  it('reads every form of an option', () => {
    const argv = [
      'a.jpg',
      '--threshold',
      '0.3',
      '--unclip-ratio=2',
      '--denoise',
      '--no-polygon',
      'b.jpg',
      '--',
      '--c.jpg',
    ]
    expect(parseArguments(argv, detectOptions)).toEqual({
      values: { threshold: 0.3, unclipRatio: 2, denoise: true, polygon: false },
      positional: ['a.jpg', 'b.jpg', '--c.jpg'],
    })
  })

  it('fills in no defaults', () => {
    expect(parseArguments([], detectOptions).values).toEqual({})
  })

  it.each([
    [['--treshold', '0.3'], 'option-unknown', /--treshold.*/, /--threshold/],
    [['--no-threshold'], 'option-unknown', /--no-threshold/, /--/],
    [['-t', '1'], 'option-unknown', /-t/, /--help/],
    [['--threshold'], 'option-value-missing', /--threshold needs a value/, /=/],
    [['--preset', '--denoise'], 'option-value-missing', /--preset/, /=/],
    [['--threshold', '-1'], 'option-invalid', /0 to 1/, /^undefined$/],
    [['--threshold', 'nan'], 'option-invalid', /number/, /^undefined$/],
    [['--width=801'], 'option-invalid', /nearest: 800/, /^undefined$/],
    [['--denoise=maybe'], 'option-invalid', /true or false/, /^undefined$/],
  ])('%j is refused', (argv, code, message, fix) => {
    let error: { code?: string; message?: string; fix?: string } = {}
    try {
      parseArguments(argv, detectOptions)
    } catch (e) {
      error = e as typeof error
    }
    expect(error.code).toBe(code)
    expect(error.message).toMatch(message)
    expect(String(error.fix)).toMatch(fix)
  })
})

describe('ocr-detect', () => {
  it('lists its verbs', async () => {
    const { code, out } = await run('--help')
    expect(code).toBe(0)
    for (const verb of ['detect', 'batch', 'train', 'export']) expect(out).toMatch(new RegExp(`^  ${verb} `, 'm'))
  })

  it('shows options with ranges, and examples, of every verb', async () => {
    const { code, out } = await run('detect', '--help')
    expect(code).toBe(0)
    expect(out).toContain('--binarize-threshold N')
    expect(out).toContain('0.05–0.9')
    expect(out).toContain('Examples')
  })

  it('says its version', async () => {
    expect((await run('--version')).out).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it.each([
    [['detekt', 'a.jpg'], /Unknown verb "detekt"\. Did you mean "detect"\?/],
    [['detect'], /at least one picture/],
    [['detect', 'cli'], /cli: .*folder.*ocr-detect batch cli/],
    [['detect', 'a.jpg', '--treshold', '1'], /--threshold\?/],
    [['detect', 'fixtures/images/rgb.png', '--model', 'nowhere.pth'], /no model "nowhere.pth"/],
    [['detect', 'nowhere.jpg'], /nowhere.jpg: .*no such file/],
    [['detect', 'fixtures/images/empty.jpg'], /empty.jpg: .*0 bytes/],
    [['batch', 'nowhere'], /nowhere: .*no such file/],
    [['batch', 'cli'], /cli: .*no picture in this folder/],
  ])('%j ends in one line and exit code 2', async (argv, line) => {
    const { code, out, err } = await run(...argv)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toMatch(line)
    expect(err).not.toContain('\n')
  })

  it('gives errors as JSON too', async () => {
    const { code, out } = await run('detect', '--json')
    expect(code).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'argument-missing' } })
  })
})

it('a name from outside writes no line of its own, whatever the verb says of it', async () => {
  const name = 'no such\n{"level":50}\u001b[2J.png'
  for (const verb of ['detect', 'batch', 'check', 'info', 'export', 'label', 'evaluate', name]) {
    for (const json of [[], ['--json']]) {
      const { code, out, err } = await run(verb, ...(verb === 'check' ? ['--data', name] : [name]), ...json)
      expect([verb, code === 0]).toEqual([verb, false])
      expect(`${err}${out}`, verb).not.toMatch(/(?!\n)\p{Cc}|^\{"level"/mu)
    }
  }
})
