import { defineTexts } from './texts'

export const login = defineTexts(
  {
    title: '输入访问码',
    text: '你正从另一台机器访问。访问码印在运行 start_app.sh 的终端里。',
    code: '访问码',
    enter: '进入',
    empty: '请输入访问码。',
  },
  {
    title: 'Enter the access code',
    text: 'You come from another machine. The code is printed in the terminal that runs start_app.sh.',
    code: 'Access code',
    enter: 'Enter',
    empty: 'Enter the access code.',
  },
)
