import { defineTexts } from './texts'

export const datasets = defineTexts(
  {
    title: '数据集',
    soon: '数据集管理即将推出',
    text: '届时可在浏览器里查看、修正和预标注。现在请在「训练微调」里选择目录或上传 zip。',
    go: '去训练微调',
  },
  {
    title: 'Datasets',
    soon: 'Dataset management is coming',
    text: 'Browse, correct and pre-label in the browser. For now choose a directory or zip in Fine-tuning.',
    go: 'Go to fine-tuning',
  },
)
