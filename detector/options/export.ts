import type { OptionTable, ValuesOf } from './spec'

export const exportOptions = {
  width: {
    type: 'number',
    default: 800,
    min: 320,
    max: 1536,
    integer: true,
    multipleOf: 32,
    step: 32,
    label: { zh: '输入宽度', en: 'Input width' },
    help: { zh: '320–1536，32 的倍数；建议 800。', en: '320–1536, a multiple of 32; 800 is advised.' },
  },
  height: {
    type: 'number',
    default: 800,
    min: 320,
    max: 1536,
    integer: true,
    multipleOf: 32,
    step: 32,
    label: { zh: '输入高度', en: 'Input height' },
    help: { zh: '320–1536，32 的倍数；建议 800。', en: '320–1536, a multiple of 32; 800 is advised.' },
  },
  form: {
    type: 'choice',
    default: 'boxes',
    choices: ['boxes', 'maps'],
    label: { zh: '输出形式', en: 'Form' },
    help: {
      zh: 'boxes 直接输出 boxes 和 scores；maps 只输出概率图，供 TensorRT 和移动端转换。',
      en: 'boxes returns boxes and scores directly; maps only the probability map, for TensorRT and mobile converters.',
    },
  },
  precision: {
    type: 'choice',
    default: 'fp32',
    choices: ['fp32', 'fp16', 'int8'],
    label: { zh: '精度', en: 'Precision' },
    help: {
      zh: 'fp16 文件减半，计算仍为 32 位，速度不变；int8 文件为四分之一，在有 VNNI 的 CPU 上更快，须通过精度检查。',
      en: 'fp16 halves the file and computes in 32 bits, as fast as before; int8 is a quarter, faster on CPUs with VNNI, and must pass the accuracy gate.',
    },
  },
  dynamic: {
    type: 'boolean',
    default: false,
    advanced: true,
    label: { zh: '动态尺寸', en: 'Dynamic size' },
    help: {
      zh: '仅 maps 形式：批量和宽高可变（32 的倍数）。',
      en: 'For the maps form only: free batch, height and width (multiples of 32).',
    },
  },
  threshold: {
    type: 'number',
    default: 0.2,
    min: 0,
    max: 1,
    step: 0.01,
    advanced: true,
    label: { zh: '检测阈值', en: 'Detection threshold' },
    help: {
      zh: '写入文件的得分阈值；默认取模型校准值。',
      en: 'Score threshold written into the file; the calibrated one by default.',
    },
  },
  binarizeThreshold: {
    type: 'number',
    default: 0.2,
    min: 0.05,
    max: 0.9,
    step: 0.01,
    advanced: true,
    label: { zh: '二值化阈值 Binarisation', en: 'Binarisation' },
    help: {
      zh: '写入文件的二值化阈值；默认取模型校准值。',
      en: 'Binarisation written into the file; the calibrated one by default.',
    },
  },
  unclipRatio: {
    type: 'number',
    default: 1.5,
    min: 0.5,
    max: 4,
    step: 0.1,
    advanced: true,
    label: { zh: '外扩比例 Unclip ratio', en: 'Unclip ratio' },
    help: { zh: '收缩区域向外还原的比例。', en: 'How far the shrunk region is grown back.' },
  },
  loopFree: {
    type: 'boolean',
    default: false,
    advanced: true,
    label: { zh: '不用 Loop 算子', en: 'No Loop operator' },
    help: { zh: '给不支持 Loop 的运行时。', en: 'For runtimes without Loop.' },
  },
  thresholdInputs: {
    type: 'boolean',
    default: false,
    advanced: true,
    label: { zh: '阈值作为输入', en: 'Thresholds as inputs' },
    help: {
      zh: '阈值成为带默认值的输入（Python、C++ 可用；JavaScript 运行时会忽略或拒绝）。',
      en: 'Thresholds become inputs with defaults (Python, C++; JavaScript runtimes ignore or refuse them).',
    },
  },
} as const satisfies OptionTable

export type ExportOptions = ValuesOf<typeof exportOptions>
