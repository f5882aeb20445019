import { ownValue } from '../../detector/own-value'
import { findingTitle } from '../i18n/findings'
import type { Lang } from '../i18n/texts'
import type { LogLine } from './run-series'

/** What a run says of itself, in Chinese by code; the numbers stand in its own sentence, which follows. */
const ZH: Record<string, string> = {
  recipe: '训练方法',
  'measuring-start': '正在测量起始模型',
  'early-stop': '指标不再提高，提前结束训练',
  'image-skipped': '跳过无法读取的图片',
  'threshold-head-missing': '权重里没有阈值分支，从随机值开始',
  'data-changed': '训练开始后图片或标注有改动，按现在的内容继续',
  'state-older': '最近保存的状态已损坏，从前一个继续',
  'loss-not-finite': '这一步的损失不是有效数字，已跳过，权重不变',
  'lr-lowered': '连续多步无效，学习率减半',
  'more-faults': '还有更多数据问题，见数据检查',
}

/** A line of the log in the language of the page; what has no words in Chinese stays as the run wrote it. */
export function logText(lang: Lang, { code, place, text }: LogLine): string {
  const title = lang === 'zh' && code !== undefined ? (ownValue(ZH, code) ?? findingTitle(code, 1)) : undefined
  return [place, title === undefined ? text : `${title}（${text}）`].filter(Boolean).join(': ')
}
