import { describe, expect, it } from 'vitest'
import { candidateKey, networkKey, presetOf, toRequest, usualSettings, withPreset } from './settings'

describe('settings of a single detection', () => {
  it('marks a preset while all its values hold, and no longer after a touch', () => {
    for (const name of ['document', 'blurry', 'small-text', 'advert'] as const) {
      const s = withPreset(usualSettings, name)
      expect(presetOf(s)).toBe(name)
      expect(presetOf({ ...s, threshold: s.threshold + 0.01 })).toBeUndefined()
    }
    expect(presetOf(usualSettings)).toBeUndefined()
  })

  it('takes back what the preset before it had set', () => {
    const s = withPreset(withPreset(usualSettings, 'blurry'), 'document')
    expect([s.denoise, s.sizeRule, s.width, s.threshold]).toEqual([false, 'fixed', 640, 0.3])
  })

  it('asks the network again for size and cleaning, not for thresholds', () => {
    const key = networkKey(usualSettings, 'base')
    expect(networkKey({ ...usualSettings, threshold: 0.9, binarizeThreshold: 0.4, width: 640 }, 'base')).toBe(key)
    expect(networkKey({ ...usualSettings, denoise: true }, 'base')).not.toBe(key)
    expect(networkKey(usualSettings, 'other')).not.toBe(key)
    expect(candidateKey({ ...usualSettings, binarizeThreshold: 0.4 })).not.toBe(candidateKey(usualSettings))
  })

  it('sends only what counts', () => {
    expect(toRequest(usualSettings)).not.toHaveProperty('width')
    expect(toRequest(withPreset(usualSettings, 'small-text'))).toMatchObject({
      preset: 'small-text',
      sizeRule: 'fixed',
      width: 1024,
      height: 1024,
    })
  })
})
