import type { ErrorBody } from '../../detector/errors'
import { ownValue } from '../../detector/own-value'
import { RequestError } from '../data/request'
import { common } from './common'
import type { Lang } from './texts'

/** Title (what happened) and advice (what to do) in Chinese by the server's code; English comes from the server. */
const ZH: Record<string, { title: string; text?: string }> = {
  busy: { title: '服务器正忙', text: '等前面的任务完成，或稍等几秒再试。' },
  'image-type-unsupported': { title: '不支持的文件类型', text: '请换成 JPG、PNG、BMP、WEBP、TIFF 或 GIF。' },
  'image-unreadable': { title: '检测失败，请检查图片格式', text: '文件可能没有传完或已损坏，请重新上传。' },
  'image-too-large': { title: '图片像素太多', text: '请先缩小图片，或提高 MAX_MEGAPIXELS。' },
  'upload-too-large': { title: '文件太大', text: '请压缩后再传，或提高 MAX_UPLOAD_MB / MAX_ZIP_MB。' },
  'upload-cut-off': { title: '上传中断', text: '连接在传完之前断开，请重新上传。' },
  'form-invalid': { title: '请求不完整', text: '刷新页面后重试。' },
  'zip-invalid': { title: 'ZIP 无法解压', text: '文件已损坏或不是 ZIP，请重新打包。' },
  'zip-without-pictures': { title: 'ZIP 里没有图片', text: '请打包 JPG、PNG、BMP、WEBP、TIFF 或 GIF。' },
  'batch-empty': { title: '没有可用的图片' },
  'zip-too-large': { title: 'ZIP 解压后太大', text: '请分成几个 ZIP，或提高 MAX_ZIP_MB。' },
  'path-refused': { title: '不允许的路径', text: '请选择允许目录之内的路径（DATA_ROOTS）。' },
  'option-invalid': { title: '参数超出范围' },
  'option-unknown': { title: '没有这个参数' },
  'option-missing': { title: '缺少参数' },
  'option-conflict': { title: '参数互相冲突' },
  'export-check-failed': { title: '导出文件未通过校验，已丢弃', text: '请改用 float32（或 float16）再导出。' },
  'pictures-missing': { title: '没有可用于校验的图片' },
  'not-found': { title: '内容不存在', text: '它可能已被删除，请刷新列表。' },
  'model-unknown': { title: '没有这个模型', text: '它可能已被删除，请另选一个。' },
  'model-missing': { title: '模型文件不见了', text: '权重文件已被移动或删除，请另选模型。' },
  'model-protected': { title: '这个模型不能删除' },
  'model-unreadable': { title: '模型文件无法读取', text: '文件可能没有传完，请重新上传。' },
  'model-incomplete': { title: '模型的数据在另一个文件里', text: '请把权重保存在同一个 .onnx 文件里，再上传。' },
  'model-parts-unknown': { title: '模型含有不支持的部分', text: '请导出不含函数、数据都在文件内的普通 ONNX 图。' },
  'model-size-unsupported': { title: '模型的输入尺寸不能用', text: '固定尺寸的两边必须是 32 的倍数，且不能太大。' },
  'task-given-up': { title: '已放弃处理', text: '文件用时太长、占用内存太多或使进程异常结束。' },
  'image-too-narrow': { title: '图片太细长', text: '请切成几段再检测。' },
  'model-not-detector': { title: '不是文字检测模型', text: '请上传 DBNet ResNet-18 的 .pth，或本程序导出的 .onnx。' },
  'model-not-trainable': { title: '这个模型不能继续训练', text: '请选择 .pth 权重。' },
  'model-type-unsupported': { title: '不支持的模型文件', text: '请上传 .pth 或 .onnx。' },
  'not-weights': { title: '不是权重文件', text: '请上传 PyTorch 保存的 .pth 或 .onnx。' },
  'weights-damaged': { title: '权重文件已损坏', text: '文件可能没有传完，请重新上传。' },
  'weights-incomplete': { title: '模型文件不完整', text: '缺少部分张量，请检查是否保存了整个模型。' },
  'weights-other-network': { title: '不是同一种网络', text: '需要 ResNet-18 的 DBNet 权重。' },
  'weights-deformable': { title: '含有可变形卷积', text: '请换成不带可变形卷积的 ResNet-18 权重。' },
  'weights-not-finite': { title: '权重里有无效数字', text: '这份权重的训练已经发散，请换一份。' },
  'weights-changed': { title: '权重文件被改动过', text: '内容与登记时不同，请重新导入。' },
  'pickle-refused': { title: '模型文件含有可执行内容，已拒绝', text: '请只保存 state_dict 后再上传。' },
  'onnx-unreadable': { title: 'ONNX 文件无法读取', text: '文件可能没有传完，请重新上传。' },
  'sidecar-damaged': { title: '模型说明文件已损坏', text: '删除旁边的 .json 后重试。' },
  'out-of-memory': { title: '内存不足', text: '请减小图片尺寸、裁剪尺寸或 Batch Size。' },
  'disk-full': { title: '磁盘已满', text: '清理空间后重试。' },
  'device-unavailable': { title: '设备不可用', text: '请改用 CPU，或检查驱动。' },
  'engine-unavailable': { title: '训练引擎不可用', text: '请改用 onnxruntime。' },
  'folder-missing': { title: '目录不存在' },
  'file-missing': { title: '文件或目录不存在' },
  'file-unreadable': { title: '文件无法读取', text: '请检查读取权限。' },
  'file-damaged': { title: '文件已损坏' },
  'file-too-large': { title: '文件太大', text: '请检查列表或标注文件是否正确。' },
  'output-not-writable': { title: '目录不可写', text: '请检查写入权限。' },
  'write-refused': { title: '写入失败', text: '请检查写入权限和磁盘空间。' },
  'no-readable-image': { title: '没有可读的图片', text: '请检查路径和图片格式。' },
  'loss-not-finite': { title: '损失变成无效数字', text: '请调小学习率后继续。' },
  'state-missing': { title: '没有可继续的状态', text: '请从头开始训练。' },
  'state-damaged': { title: '保存的状态已损坏', text: '请从最佳模型开始新的训练。' },
  'timed-out': { title: '超时', text: '图片太大或机器太忙，请重试。' },
  'host-refused': { title: '拒绝了这个地址', text: '请用启动横幅里的地址，或把主机名加入 ALLOWED_HOSTS。' },
  'origin-refused': { title: '拒绝了其他网站的请求', text: '请直接打开本页面。' },
  'request-refused': { title: '拒绝了这个请求', text: '地址或 Host 不合规范。' },
  'prefix-refused': { title: '不能放在子路径下', text: '请给它单独的主机名或端口，见 docs/behind-a-proxy.md。' },
  'run-locked': { title: '另一个进程正在训练它', text: '等它结束，或在启动它的地方停止。' },
  'run-external': { title: '由另一个进程训练', text: '请在启动它的终端里停止（Ctrl+C 会保存），然后在这里继续。' },
  locked: { title: '正在被占用', text: '等占用它的任务结束后再试。' },
  'code-wrong': { title: '访问码不对', text: '访问码在启动 start_app.sh 的终端里。' },
  'login-refused': { title: '访问码不对', text: '访问码在启动 start_app.sh 的终端里。' },
  'access-needed': { title: '需要访问码', text: '访问码在启动 start_app.sh 的终端里。' },
  'annotation-missing': { title: '缺少标注文件' },
  'batch-unknown': { title: '没有这个批量任务', text: '它可能已被删除。' },
  'dataset-empty': { title: '训练集里没有图片' },
  'dataset-in-use': { title: '数据集正在使用', text: '先停止使用它的训练。' },
  'dataset-not-found': { title: '这个目录里没有训练数据', text: '应有 train_list.txt、train_images/ 和 train_gts/。' },
  'dataset-not-ready': { title: '数据集还不能用于训练', text: '先改正检查列出的错误，再重新检查。' },
  'dataset-unknown': { title: '没有这个数据集', text: '它可能已被删除。' },
  'device-unknown': { title: '没有这种设备', text: '请改用 CPU。' },
  'estimate-replaced': { title: '参数已改变', text: '请重新测量。' },
  'export-crashed': { title: '导出进程意外结束', text: '请重试；服务器日志里有原因。' },
  'export-unknown': { title: '没有这个导出', text: '它可能已被删除。' },
  'file-expected': { title: '这里应是文件' },
  'folder-expected': { title: '这里应是目录' },
  'image-missing': { title: '图片不存在' },
  internal: { title: '程序出错', text: '服务器日志里有原因。' },
  'item-unknown': { title: '没有这张图片', text: '它可能已被删除。' },
  'json-invalid': { title: '请求不是有效的 JSON' },
  'line-unreadable': { title: '标注有无法读取的行' },
  'list-missing': { title: '缺少列表文件' },
  'method-refused': { title: '不支持这种请求' },
  'model-exported': { title: '它已经是 ONNX 文件', text: '请选择 .pth 模型导出。' },
  'not-a-run': { title: '不是训练目录' },
  'data-ends-process': {
    title: '检查这份数据的进程两次意外结束',
    text: '请用其他程序另存其中的图片，或缩小过大的图片。',
  },
  'model-ends-process': { title: '读取这个模型的进程两次意外结束', text: '请重新导出模型。' },
  'picture-ends-process': { title: '这张图片使检测进程两次意外结束', text: '请用其他程序另存，或缩小后再试。' },
  'request-invalid': { title: '请求有误' },
  'result-unknown': { title: '结果已不在服务器上', text: '请重新检测。' },
  'route-unknown': { title: '没有这个地址' },
  'run-crashed': { title: '训练进程意外结束', text: '可以从断点继续；服务器日志里有原因。' },
  'run-directory-missing': { title: '训练目录不见了' },
  'run-finished': { title: '训练已经完成', text: '可以从它的最佳模型开始新的训练。' },
  'run-killed': {
    title: '训练进程被系统结束',
    text: '多半是内存不足：减小 Batch Size 或训练尺寸，或等内存空出后继续。',
  },
  'run-protected': { title: '这次训练现在不能删除' },
  'run-unknown': { title: '没有这次训练', text: '它可能已被删除。' },
  'sidecar-missing': { title: '缺少模型说明文件', text: '恢复权重旁边的 .json，或把权重作为模型导入。' },
  'state-refused': { title: '当前状态下不能这样做', text: '请刷新后再试。' },
  'too-many-requests': { title: '请求太多', text: '请稍等再试。' },
  'training-diverged': { title: '训练发散，损失不再是有效数字', text: '请把学习率降到 0.001，并检查标注坐标。' },
  'type-refused': { title: '不支持的内容类型' },
  'too-many-tries': { title: '尝试次数太多', text: '请等一会儿再试。' },
}

/** Titles in English where the server's sentence alone would not say what failed. */
const EN: Record<string, string> = {
  'image-type-unsupported': 'File type not supported',
  'image-unreadable': 'Detection failed, check the image format',
  'image-too-large': 'Too many pixels',
  'upload-too-large': 'File too large',
  'upload-cut-off': 'Upload cut off',
  'out-of-memory': 'Out of memory',
  'disk-full': 'The disk is full',
  'not-found': 'No longer there',
  'model-missing': 'Model file missing',
  'model-unknown': 'No such model',
  'timed-out': 'Timed out',
  busy: 'The server is busy',
}

const isBody = (e: unknown): e is ErrorBody =>
  typeof e === 'object' &&
  e !== null &&
  typeof (e as ErrorBody).code === 'string' &&
  'message' in e &&
  !(e instanceof Error)

const placeOf = (body: ErrorBody): string =>
  body.where ? `${body.where.file}${body.where.line === undefined ? '' : `:${body.where.line}`}` : ''

/**
 * Any thrown value or error of a job as title (what happened) and text (where, what to do) in the language of the page.
 * The server's own sentence is kept in Chinese too, behind the advice, for it holds the numbers and names.
 */
export function errorText(lang: Lang, error: unknown): { title: string; text: string } {
  const t = common[lang]
  const body = error instanceof RequestError ? error.body : isBody(error) ? error : undefined
  if (!body) return { title: t.unknownError, text: error instanceof Error ? error.message : String(error) }
  if (body.code === 'server-unreachable') return { title: t.serverDown, text: t.serverDownText }
  const place = placeOf(body)
  if (lang === 'en') {
    const sentence = `${place && !body.message.includes(place) ? `${place}: ` : ''}${body.message}`
    const title = ownValue(EN, body.code)
    return title
      ? { title, text: `${sentence}${body.fix ? ` ${body.fix}` : ''}` }
      : { title: sentence, text: body.fix ?? '' }
  }
  const zh = ownValue(ZH, body.code)
  if (!zh) return { title: t.unknownError, text: [place, body.message, body.fix].filter(Boolean).join(' ') }
  const detail = [place, body.message].filter(Boolean).join('：')
  return { title: zh.title, text: `${zh.text ?? ''}${detail ? `（${detail}）` : ''}` }
}

/** One line, for table cells and gallery cards. */
export const errorLine = (lang: Lang, error: unknown): string => errorText(lang, error).title
