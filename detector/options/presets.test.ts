import { describe, expect, it } from 'vitest'
import { resolveDetectionSettings } from './presets'

const calibrated = { thresholds: { threshold: 0.55, binarizeThreshold: 0.35, unclipRatio: 1.6 } }

describe('resolveDetectionSettings', () => {
  it('takes the defaults of the guide without a model that says otherwise', () => {
    const settings = resolveDetectionSettings({})
    expect(settings).toMatchObject({
      threshold: 0.2,
      binarizeThreshold: 0.2,
      unclipRatio: 1.5,
      maxCandidates: 1000,
      minSide: 3,
    })
    expect(settings.size).toEqual({ rule: 'auto' })
  })

  it('takes the calibration of the model where nothing was given', () => {
    const settings = resolveDetectionSettings({ threshold: '0.4' }, calibrated)
    expect(settings).toMatchObject({ threshold: 0.4, binarizeThreshold: 0.35, unclipRatio: 1.6 })
  })

  it.each([
    ['document', { threshold: 0.3, size: { rule: 'fixed', width: 640, height: 640 } }],
    ['blurry', { threshold: 0.15, denoise: true, size: { rule: 'auto' } }],
    ['small-text', { threshold: 0.2, size: { rule: 'fixed', width: 1024, height: 1024 } }],
    ['advert', { threshold: 0.4, suppressBackground: true }],
  ])('preset %s stands above the calibration', (preset, expected) => {
    expect(resolveDetectionSettings({ preset }, calibrated)).toMatchObject({
      ...expected,
      preset,
      binarizeThreshold: 0.35,
    })
  })

  it('lets the user have the last word over a preset', () => {
    const settings = resolveDetectionSettings({ preset: 'document', threshold: 0.7, sizeRule: 'auto' })
    expect(settings).toMatchObject({ threshold: 0.7, size: { rule: 'auto' } })
  })

  it('takes width and height alone for the rule that uses them', () => {
    expect(resolveDetectionSettings({ width: 640, height: 320 }).size).toEqual({
      rule: 'fixed',
      width: 640,
      height: 320,
    })
    expect(resolveDetectionSettings({ size: 960 }).size).toEqual({ rule: 'long-side', value: 960 })
    expect(resolveDetectionSettings({ size: 736, sizeRule: 'short-side' }).size).toEqual({
      rule: 'short-side',
      value: 736,
    })
  })

  it('refuses unknown names and values', () => {
    expect(() => resolveDetectionSettings({ treshold: 1 })).toThrow(/Unknown option --treshold/)
    expect(() => resolveDetectionSettings({ preset: 'fog' })).toThrow(/one of none, document/)
  })
})
