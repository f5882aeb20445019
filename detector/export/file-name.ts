import type { ExportOptions } from '../options/export'

/** `model_800x800.onnx` (height first) for boxes in fp32, else `model_<size>_<form>_<precision>.onnx`. */
export function exportFileName({
  form,
  precision,
  dynamic,
  width,
  height,
}: Pick<ExportOptions, 'form' | 'precision' | 'dynamic' | 'width' | 'height'>): string {
  const size = dynamic ? 'dynamic' : `${height}x${width}`
  return form === 'boxes' && precision === 'fp32' ? `model_${size}.onnx` : `model_${size}_${form}_${precision}.onnx`
}
