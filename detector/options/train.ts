import { augmentationOptions } from './augmentation'
import type { OptionTable, ValuesOf } from './spec'

export const trainOptions = {
  data: {
    type: 'string',
    default: '',
    required: true,
    label: { zh: '训练数据目录', en: 'Training data directory' },
    help: {
      zh: 'ICDAR2015 布局：train_list.txt、train_images/、train_gts/ 等。',
      en: 'ICDAR2015 layout: train_list.txt, train_images/, train_gts/ and so on.',
    },
  },
  batchSize: {
    type: 'number',
    default: 8,
    min: 1,
    max: 64,
    integer: true,
    label: { zh: 'Batch Size', en: 'Batch size' },
    help: {
      zh: '建议 8；内存不足时改为 4 或 2，并用梯度累积补足。',
      en: '8 is advised; take 4 or 2 when memory is short, with gradient accumulation.',
    },
  },
  epochs: {
    type: 'number',
    default: 10,
    min: 1,
    max: 1000,
    integer: true,
    label: { zh: '训练轮数 (Epochs)', en: 'Epochs' },
    help: {
      zh: '建议 10–20，通常 5–10 轮收敛（原版界面默认 5）。',
      en: '10–20 advised; usually converges in 5–10 (the original page had 5).',
    },
  },
  lr: {
    type: 'number',
    default: 0.0005,
    min: 0.00001,
    max: 0.1,
    label: { zh: '学习率 (Learning Rate)', en: 'Learning rate' },
    help: {
      zh: '默认 0.0005（AdamW）。指南的 0.005（原版界面 0.007）也可用：从 0.002 起自动改用 SGD。损失不降就调小。',
      en: 'Start at 0.0005 (AdamW). The 0.005 of the guide (0.007 on the original page) works too: from 0.002 on it is SGD. Lower it when the loss does not fall.',
    },
  },
  model: {
    type: 'string',
    default: 'base',
    label: { zh: '起始模型', en: 'Starting model' },
    help: {
      zh: '基础模型、以前训练的模型或 .pth 文件；random 为随机权重。',
      en: 'The base model, a trained one or a .pth file; random starts from random weights.',
    },
  },
  imageSize: {
    type: 'number',
    default: 640,
    min: 64,
    max: 1536,
    integer: true,
    multipleOf: 32,
    label: { zh: '训练尺寸', en: 'Image size' },
    help: {
      zh: '训练裁剪的边长，32 的倍数；越小越快。',
      en: 'Side of the training crop, a multiple of 32; smaller is faster.',
    },
  },
  preset: {
    type: 'choice',
    default: 'none',
    choices: ['none', 'two-stages'],
    choiceLabels: {
      none: { zh: '普通（全部一起训练）', en: 'plain (everything at once)' },
      'two-stages': { zh: '两阶段（先冻结主干）', en: 'two stages (backbone frozen first)' },
    },
    label: { zh: '训练方案', en: 'Recipe' },
    help: {
      zh: 'two-stages 渐进式训练：前 25% 的轮次冻结主干网络。',
      en: 'two-stages freezes the backbone for the first quarter of the epochs.',
    },
  },
  optimizer: {
    type: 'choice',
    default: 'auto',
    choices: ['auto', 'sgd', 'adamw'],
    choiceLabels: {
      auto: { zh: '自动（学习率 0.002 起 SGD，以下 AdamW）', en: 'automatic (AdamW; SGD from a rate of 0.002)' },
      sgd: { zh: 'SGD 0.9 Nesterov', en: 'SGD 0.9 Nesterov' },
      adamw: { zh: 'AdamW', en: 'AdamW' },
    },
    advanced: true,
    label: { zh: '优化器', en: 'Optimiser' },
    help: {
      zh: 'AdamW 或 SGD（Nesterov 动量）；自动按学习率选择。',
      en: 'AdamW or SGD (Nesterov momentum); automatic goes by the learning rate.',
    },
  },
  momentum: {
    type: 'number',
    default: 0.9,
    min: 0,
    max: 0.999,
    advanced: true,
    label: { zh: '动量', en: 'Momentum' },
    help: { zh: 'SGD 动量。', en: 'Momentum of SGD.' },
  },
  nesterov: {
    type: 'boolean',
    default: true,
    advanced: true,
    label: { zh: 'Nesterov', en: 'Nesterov' },
    help: { zh: '使用 Nesterov 动量。', en: 'Nesterov momentum.' },
  },
  weightDecay: {
    type: 'number',
    default: 0.0001,
    min: 0,
    max: 0.5,
    advanced: true,
    label: { zh: '权重衰减', en: 'Weight decay' },
    help: { zh: 'L2 正则强度（AdamW 为解耦衰减）。', en: 'Strength of L2 decay (decoupled for AdamW).' },
  },
  decay: {
    type: 'choice',
    default: 'conv',
    choices: ['conv', 'all'],
    choiceLabels: {
      conv: { zh: '仅卷积权重', en: 'convolution weights' },
      all: { zh: '全部参数', en: 'all parameters' },
    },
    advanced: true,
    label: { zh: '衰减范围', en: 'Decay applies to' },
    help: { zh: '仅卷积权重，或全部参数。', en: 'Convolution weights only, or every parameter.' },
  },
  schedule: {
    type: 'choice',
    default: 'poly',
    choices: ['poly', 'cosine'],
    choiceLabels: {
      poly: { zh: 'poly 0.9', en: 'poly 0.9' },
      cosine: { zh: '余弦', en: 'cosine' },
    },
    advanced: true,
    label: { zh: '学习率调度', en: 'Schedule' },
    help: { zh: '按步衰减：poly 0.9 次幂或余弦。', en: 'Per step: poly (power 0.9) or cosine.' },
  },
  warmupSteps: {
    type: 'number',
    default: -1,
    min: -1,
    max: 10000,
    integer: true,
    advanced: true,
    label: { zh: '预热步数', en: 'Warm-up steps' },
    help: {
      zh: '线性预热；-1 表示 min(100, 总步数的 5%)。',
      en: 'Linear warm-up; -1 means min(100, 5 % of all steps).',
    },
  },
  clipNorm: {
    type: 'number',
    default: 5,
    min: 0,
    max: 1000,
    advanced: true,
    label: { zh: '梯度裁剪', en: 'Gradient clipping' },
    help: { zh: '梯度范数上限，0 为关闭。', en: 'Highest norm of the gradient; 0 switches it off.' },
  },
  ema: {
    type: 'number',
    default: 0.98,
    min: 0,
    max: 0.9999,
    advanced: true,
    label: { zh: '权重 EMA', en: 'EMA of weights' },
    help: { zh: '权重滑动平均的衰减系数，0 为关闭。', en: 'Decay of the moving average of the weights; 0 = off.' },
  },
  accumulate: {
    type: 'number',
    default: 1,
    min: 1,
    max: 64,
    integer: true,
    advanced: true,
    label: { zh: '梯度累积', en: 'Gradient accumulation' },
    help: { zh: '累积几个 batch 再更新一次。', en: 'Batches per update.' },
  },
  freezeBackboneEpochs: {
    type: 'number',
    default: 0,
    min: 0,
    max: 1000,
    integer: true,
    advanced: true,
    label: { zh: '冻结主干轮数', en: 'Epochs with frozen backbone' },
    help: { zh: '前几轮只训练 FPN 和检测头。', en: 'First epochs train only FPN and heads.' },
  },
  batchNorm: {
    type: 'choice',
    default: 'auto',
    choices: ['auto', 'batch', 'frozen'],
    choiceLabels: {
      auto: { zh: '自动', en: 'automatic' },
      batch: { zh: '使用批统计量', en: 'batch statistics' },
      frozen: { zh: '冻结', en: 'frozen' },
    },
    advanced: true,
    label: { zh: 'BN 统计量', en: 'Batch norm' },
    help: {
      zh: '自动：微调时冻结为已有统计量，随机权重使用批统计量。',
      en: 'Batch statistics, or frozen running ones; automatic freezes those of trained weights.',
    },
  },
  patience: {
    type: 'number',
    default: 5,
    min: 0,
    max: 1000,
    integer: true,
    advanced: true,
    label: { zh: '早停耐心', en: 'Patience' },
    help: {
      zh: '验证 hmean 多少轮不升就停止，0 为关闭。',
      en: 'Epochs without a better validation hmean before it stops; 0 = off.',
    },
  },
  seed: {
    type: 'number',
    default: 42,
    min: 0,
    max: 4294967295,
    integer: true,
    advanced: true,
    label: { zh: '随机种子', en: 'Seed' },
    help: { zh: '相同配置、数据和种子得到相同结果。', en: 'Same configuration, data and seed give the same run.' },
  },
  validateEvery: {
    type: 'number',
    default: 1,
    min: 1,
    max: 1000,
    integer: true,
    advanced: true,
    label: { zh: '验证间隔（轮）', en: 'Validate every (epochs)' },
    help: {
      zh: '每隔几轮在验证集上评估一次；图片很少、轮数很多时可调大。最后一轮总会评估。',
      en: 'Epochs between validations; raise it for few images and many epochs. The last epoch is always validated.',
    },
  },
  saveEvery: {
    type: 'number',
    default: 120,
    min: 1,
    max: 86400,
    advanced: true,
    label: { zh: '保存间隔（秒）', en: 'Save every (seconds)' },
    help: {
      zh: '训练中每隔多久保存一次可续训的状态；每轮结束也会保存。',
      en: 'How often the state to resume from is saved within an epoch; also saved at the end of epochs.',
    },
  },
  workers: {
    type: 'number',
    default: 1,
    min: 0,
    max: 16,
    integer: true,
    advanced: true,
    label: { zh: '数据线程', en: 'Data threads' },
    help: { zh: '预先准备数据的工作线程数。', en: 'Worker threads that prepare data ahead.' },
  },
  engine: {
    type: 'choice',
    default: 'onnxruntime',
    choices: ['onnxruntime', 'tensorflow'],
    choiceLabels: {
      onnxruntime: { zh: 'onnxruntime', en: 'onnxruntime' },
      tensorflow: { zh: 'TensorFlow.js', en: 'TensorFlow.js' },
    },
    advanced: true,
    label: { zh: '训练引擎', en: 'Engine' },
    help: { zh: 'onnxruntime 或 TensorFlow.js。', en: 'onnxruntime or TensorFlow.js.' },
  },
  device: {
    type: 'string',
    default: 'cpu',
    advanced: true,
    label: { zh: '设备', en: 'Device' },
    help: { zh: 'cpu、cuda、webgpu 等执行设备。', en: 'Execution provider: cpu, cuda, webgpu and so on.' },
  },
  ...augmentationOptions,
} as const satisfies OptionTable

export type TrainOptions = ValuesOf<typeof trainOptions>

/** Rates from here on are SGD's: at those of the guide AdamW forgets what the weights have learnt. */
const SGD_FROM = 0.002

/** The optimiser that `auto` stands for at a learning rate. */
export function optimizerOf({ optimizer, lr }: Pick<TrainOptions, 'optimizer' | 'lr'>): 'sgd' | 'adamw' {
  return optimizer !== 'auto' ? optimizer : lr < SGD_FROM ? 'adamw' : 'sgd'
}

/**
 * Options of a training step, each `auto` resolved. Batch normalisation: trained weights keep their statistics, which a few
 * small batches estimate worse than the training before did (BENCHMARKS.md, "Training"); random weights have none to keep.
 */
export function stepOptions(
  options: TrainOptions,
): TrainOptions & { batchNorm: 'batch' | 'frozen'; optimizer: 'sgd' | 'adamw' } {
  const { batchNorm, model } = options
  return {
    ...options,
    optimizer: optimizerOf(options),
    batchNorm: batchNorm !== 'auto' ? batchNorm : model === 'random' ? 'batch' : 'frozen',
  }
}

/** The recipe of the defaults: small steps for all layers alike, and their average (BENCHMARKS.md, "Fine-tuned"). */
export const defaultRecipe = {
  optimizer: trainOptions.optimizer.default,
  lr: trainOptions.lr.default,
  ema: trainOptions.ema.default,
} as const satisfies Partial<TrainOptions>

/** Whether a run changed its weights as carefully as the default recipe does, or more so. */
export function isGentle(options: Pick<TrainOptions, 'optimizer' | 'lr' | 'ema'>): boolean {
  return optimizerOf(options) === 'adamw' && options.lr <= defaultRecipe.lr && options.ema >= defaultRecipe.ema
}
