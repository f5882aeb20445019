import type { OptionTable, ValuesOf } from './spec'

/** Options of a detection as flat values, for CLI, API and form alike; `detectionSettings` makes the settings of them. */
export const detectOptions = {
  threshold: {
    type: 'number',
    default: 0.2,
    min: 0,
    max: 1,
    step: 0.01,
    label: { zh: '检测阈值', en: 'Detection threshold' },
    help: { zh: '低于此得分的框不显示；即时生效。', en: 'Boxes with a lower score are dropped; applies at once.' },
  },
  preset: {
    type: 'choice',
    default: 'none',
    choices: ['none', 'document', 'blurry', 'small-text', 'advert'],
    label: { zh: '场景预设', en: 'Scene preset' },
    help: { zh: '一次设好阈值、尺寸和预处理。', en: 'Sets threshold, size and cleaning together.' },
  },
  binarizeThreshold: {
    type: 'number',
    default: 0.2,
    min: 0.05,
    max: 0.9,
    step: 0.01,
    advanced: true,
    label: { zh: '二值化阈值 Binarisation', en: 'Binarisation' },
    help: { zh: '概率图大于此值的像素算作文字。', en: 'Pixels of the probability map above this value are text.' },
  },
  unclipRatio: {
    type: 'number',
    default: 1.5,
    min: 0.5,
    max: 4,
    step: 0.1,
    advanced: true,
    label: { zh: '外扩比例 Unclip ratio', en: 'Unclip ratio' },
    help: {
      zh: '收缩区域向外还原的比例，框太紧就调大。',
      en: 'How far the shrunk region is grown back; raise it when boxes are too tight.',
    },
  },
  maxCandidates: {
    type: 'number',
    default: 1000,
    min: 1,
    max: 10000,
    integer: true,
    advanced: true,
    label: { zh: '最多框数', en: 'Most boxes' },
    help: { zh: '超过时保留得分最高的。', en: 'The best-scored are kept when there are more.' },
  },
  sizeRule: {
    type: 'choice',
    default: 'auto',
    choices: ['auto', 'short-side', 'long-side', 'fixed'],
    advanced: true,
    label: { zh: '尺寸规则', en: 'Size rule' },
    help: {
      zh: '图片送入网络前的缩放方式；auto 由实测选定。',
      en: 'How a picture is scaled for the network; auto was chosen by measurement.',
    },
  },
  size: {
    type: 'number',
    default: 736,
    min: 32,
    max: 4096,
    integer: true,
    advanced: true,
    label: { zh: '边长', en: 'Side' },
    help: {
      zh: '短边或长边的像素数（auto、fixed 不用）。',
      en: 'Pixels of the short or long side (unused by auto and fixed).',
    },
  },
  width: {
    type: 'number',
    default: 800,
    min: 32,
    max: 4096,
    integer: true,
    multipleOf: 32,
    advanced: true,
    label: { zh: '输入宽度', en: 'Input width' },
    help: { zh: '仅 fixed 规则使用，32 的倍数。', en: 'For the rule fixed only; a multiple of 32.' },
  },
  height: {
    type: 'number',
    default: 800,
    min: 32,
    max: 4096,
    integer: true,
    multipleOf: 32,
    advanced: true,
    label: { zh: '输入高度', en: 'Input height' },
    help: { zh: '仅 fixed 规则使用，32 的倍数。', en: 'For the rule fixed only; a multiple of 32.' },
  },
  denoise: {
    type: 'boolean',
    default: false,
    advanced: true,
    label: { zh: '去噪', en: 'Denoise' },
    help: {
      zh: '检测前做中值滤波，适合模糊或噪点多的照片。',
      en: 'A median filter before detection, for blurred or noisy photographs.',
    },
  },
  suppressBackground: {
    type: 'boolean',
    default: false,
    advanced: true,
    label: { zh: '去背景', en: 'Suppress background' },
    help: { zh: '均衡局部对比度，适合复杂背景。', en: 'Evens out local contrast, for busy backgrounds.' },
  },
  polygon: {
    type: 'boolean',
    default: false,
    advanced: true,
    label: { zh: '输出多边形', en: 'Return polygons' },
    help: {
      zh: '另给出每个文本的轮廓多边形（弯曲文字）。',
      en: 'Also returns the outline of each text (curved text).',
    },
  },
} as const satisfies OptionTable

export type DetectOptions = ValuesOf<typeof detectOptions>

/** The guide's scene table (sections H 42–45): what each preset sets. */
export const scenePresets: Record<ScenePreset, Partial<DetectOptions>> = {
  document: { threshold: 0.3, sizeRule: 'fixed', width: 640, height: 640 },
  blurry: { threshold: 0.15, denoise: true },
  'small-text': { threshold: 0.2, sizeRule: 'fixed', width: 1024, height: 1024 },
  advert: { threshold: 0.4, suppressBackground: true },
}

function sizeRule(o: DetectOptions): SizeRule {
  switch (o.sizeRule) {
    case 'auto':
      return { rule: 'auto' }
    case 'fixed':
      return { rule: 'fixed', width: o.width, height: o.height }
    default:
      return { rule: o.sizeRule, value: o.size }
  }
}

/** Settings of a detection from parsed options. `minSide` is the reference's 3 map pixels. */
export function detectionSettings(o: DetectOptions): DetectionSettings {
  return {
    threshold: o.threshold,
    binarizeThreshold: o.binarizeThreshold,
    unclipRatio: o.unclipRatio,
    maxCandidates: o.maxCandidates,
    minSide: 3,
    size: sizeRule(o),
    ...(o.preset !== 'none' && { preset: o.preset }),
    denoise: o.denoise,
    suppressBackground: o.suppressBackground,
    polygon: o.polygon,
  }
}

/** How an image is brought to the size the network sees; every side ends as a multiple of 32. */
export type SizeRule =
  | { rule: 'auto' } // own policy, chosen by measurement
  | { rule: 'short-side'; value: number } // reference: 736
  | { rule: 'long-side'; value: number }
  | { rule: 'fixed'; width: number; height: number }

export type ScenePreset = 'document' | 'blurry' | 'small-text' | 'advert'

export interface DetectionSettings {
  /** 0–1. Boxes with a lower score are dropped; filters candidates, needs no new run. */
  threshold: number
  /** 0.05–0.9. Map > value is text; repeats post-processing on the cached map, not the network. */
  binarizeThreshold: number
  unclipRatio: number
  /** The best by score are kept. */
  maxCandidates: number
  /** Map pixels, before unclipping (after it: minSide + 2). */
  minSide: number
  size: SizeRule
  preset?: ScenePreset
  denoise: boolean
  suppressBackground: boolean
  polygon: boolean
}
