import { defineTexts } from './texts'

/** An exported file in the browser. */
export const tryExport = defineTexts(
  {
    title: '在浏览器里试用',
    back: '返回 ONNX 导出',
    local: '由浏览器里的 onnxruntime-web 运行，图片不会上传。',
    opening: '正在载入模型',
    running: '正在检测',
    formats: 'JPG、PNG、BMP、WEBP',
    backend: '运行后端',
    wasm: (threads: number) => `WebAssembly，${threads} 线程`,
    input: '模型输入',
    time: '本次用时',
    found: '文本框',
    another: '换一张图片',
    again: '再检测一次',
    noPicture: '请先选择图片',
    cannotOpen: '这个文件无法在浏览器里运行',
  },
  {
    title: 'Try it in this browser',
    back: 'Back to ONNX export',
    local: 'onnxruntime-web runs the file inside the browser; no picture is uploaded.',
    opening: 'Opening the model',
    running: 'Detecting',
    formats: 'JPG, PNG, BMP, WEBP',
    backend: 'Backend',
    wasm: (threads) => `WebAssembly, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    input: 'Model input',
    time: 'Time of this run',
    found: 'Boxes',
    another: 'Another picture',
    again: 'Run again',
    noPicture: 'Choose a picture first',
    cannotOpen: 'This file does not run in the browser',
  },
)
