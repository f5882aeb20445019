import type { Finding } from '../../detector/dataset/check/findings'
import { ownValue } from '../../detector/own-value'
import type { Lang } from './texts'

type Words = { title: (n: number) => string; fix?: string }

/** Findings of the data check in Chinese, by code; English comes from the check itself. */
const ZH: Record<string, Words> = {
  'image-missing': { title: (n) => `${n} 张列表里的图片不存在`, fix: '已跳过。改正列表或补上图片。' },
  'annotation-missing': { title: (n) => `${n} 张图片没有标注文件`, fix: '已跳过。补上标注或从列表删除。' },
  'annotation-foreign': {
    title: (n) => `${n} 个标注文件的格式不支持`,
    fix: '对应图片已跳过。支持 x1,y1,…,x4,y4,文字（ICDAR2015）、左,上,右,下,文字（ICDAR2013）和 PaddleOCR 标签文件。',
  },
  'annotation-claimed-twice': {
    title: (n) => `${n} 个标注文件对应多张同名图片`,
    fix: '无法判断属于哪一张，已跳过。请让标注文件夹与图片文件夹结构一致，或在列表中写明。',
  },
  'image-claimed-twice': { title: (n) => `${n} 条记录指向同一张图片`, fix: '后一条已跳过。请按列表保留文件夹。' },
  'text-column': {
    title: () => '坐标和文字之间有一列（文种、难度等）',
    fix: '不当作文字；难度为 1 的不参与训练。若不对，请给文字加引号。',
  },
  'label-file-unused': { title: (n) => `另有 ${n} 个标签文件没有使用`, fix: '请合并成一个文件。' },
  'file-left-out': { title: (n) => `${n} 个文件的类型不支持`, fix: '已跳过。请另存为 PNG 或 JPEG。' },
  'pages-left-out': { title: (n) => `${n} 个文件有多页，只用第一页`, fix: '请把每一页另存为一个文件。' },
  'entry-repeated': { title: (n) => `${n} 张图片在列表里重复`, fix: '后一条已跳过。' },
  'line-unreadable': { title: (n) => `${n} 行标注无法读取`, fix: '每行应为 8 个坐标和文字；这些行已跳过。' },
  'polygon-empty': { title: (n) => `${n} 个框没有面积`, fix: '已跳过。' },
  'polygon-crossed': { title: (n) => `${n} 个框的四角顺序交叉`, fix: '四角的自动排好顺序，其余不参与训练。' },
  'text-missing': { title: (n) => `${n} 个标注文件没有文字列`, fix: '框按可读文字处理。' },
  'boxes-as-rectangles': { title: (n) => `${n} 个标注文件每行只有 4 个数字`, fix: '按左、上、右、下读取。' },
  'image-unreadable': { title: (n) => `${n} 张图片无法读取`, fix: '损坏、为空、太大或类型不对；已跳过，请重新保存。' },
  'exif-orientation': {
    title: (n) => `${n} 张照片带有旋转标记（EXIF）`,
    fix: '训练时会摆正；请确认框是按摆正后的图片标的。',
  },
  'extension-wrong': { title: (n) => `${n} 张图片的扩展名与内容不符`, fix: '按实际内容读取。' },
  'box-outside': { title: (n) => `${n} 个框超出图片`, fix: '在边缘处裁掉。' },
  'boxes-not-turned': {
    title: (n) => `${n} 张照片的框是按未旋转的图片标的`,
    fix: '请摆正图片后重新标注，或去掉旋转标记。',
  },
  'box-repeated': { title: (n) => `${n} 个框重复`, fix: '请删除多余的框。' },
  'image-in-both': { title: (n) => `${n} 张验证图片也在训练集里`, fix: '会让指标虚高，请从其中一边删除。' },
  'image-repeated': { title: (n) => `${n} 张图片内容重复`, fix: '多余的可以删除。' },
  'test-is-train': { title: () => '验证集就是训练集', fix: '指标会虚高，请另外准备验证图片。' },
  'test-split': { title: () => '没有验证集，已从训练集中固定抽出一部分', fix: '最好提供 test_list.txt。' },
  'list-missing': { title: () => '没有列表文件，已按文件夹读取', fix: '最好提供 train_list.txt。' },
  'dataset-empty': { title: () => '没有可用的训练图片', fix: '检查列表、图片和标注的路径。' },
  'dataset-not-found': {
    title: () => '这个目录里没有找到训练数据',
    fix: '可以是：train_list.txt 加 train_images/ 和 train_gts/；PaddleOCR 标签文件（任意名称）；images/ 加 gts/、gt/、labels/ 或 annotations/；train/ 和 test/；或图片旁有同名 .txt。',
  },
  'no-readable-text': {
    title: () => '所有标注都被忽略（###），没有可学习的文字',
    fix: '损失会一直是 1.0。把要检测的文字改成任意非 ### 内容。',
  },
  'mostly-ignored': { title: () => '大部分标注是 ###，不计入损失', fix: '确认这些文字确实不需要检测。' },
  'few-images': { title: () => '训练图片少于 500 张', fix: '建议不少于 500 张；可以开始，但要留意过拟合。' },
  'text-too-small': { title: () => '有文字在训练尺寸下小于 8 px', fix: '不参与训练；可增大训练尺寸。' },
  'image-without-text': { title: () => '有训练图片没有可读的文字', fix: '作为反例使用。' },
  'test-no-text': { title: () => '验证集里没有可用的文字', fix: '无法计算指标，请补充标注。' },
  'scale-differs': { title: () => '训练与验证的文字大小相差较大', fix: '指标可能偏低，请检查图片的来源和尺寸。' },
  'files-complete': { title: () => '列表中的图片和标注齐全，没有重复' },
  'images-readable': { title: () => '图片全部可以解码' },
  'lines-readable': { title: () => '标注全部可以读取' },
  'outlines-sound': { title: () => '没有交叉或重复的框' },
  'boxes-inside': { title: () => '所有框都在图片之内' },
  'parts-separate': { title: () => '训练与验证没有重复' },
}

/** What is found, in Chinese; undefined for an unknown code. */
export const findingTitle = (code: string, count: number): string | undefined => ownValue(ZH, code)?.title(count)

/** Title and advice of a finding in the language of the page. */
export function findingText(lang: Lang, finding: Finding): { title: string; fix?: string } {
  const words = lang === 'zh' ? ownValue(ZH, finding.code) : undefined
  if (words) return { title: words.title(finding.count), fix: words.fix }
  return { title: finding.message, fix: finding.fix }
}
