export interface SampleCode {
  python: string
  javascript: string
  cpp: string
}

/**
 * Short programs that find boxes with an exported file: the guide's snippet in Python, the same steps in Node and C++.
 * @param width and height of the export, pixels; boxes come in this frame
 * @param threshold boxes with a lower score are passed over
 */
export function sampleCode(fileName: string, width: number, height: number, threshold: number): SampleCode {
  return {
    python: `import cv2, numpy as np, onnxruntime as ort
session = ort.InferenceSession("${fileName}")
image = cv2.imread("test.jpg")                     # BGR, uint8
blob = cv2.resize(image, (${width}, ${height})).transpose(2, 0, 1)[None]
blob = blob.astype(np.float32) / 255               # 0..1, the mean is inside
boxes, scores, *_ = session.run(None, {"input": blob})
keep = boxes[scores > ${threshold}]                           # [N,4,2], ${width}x${height} px
`,
    javascript: `import ort from 'onnxruntime-node'
import sharp from 'sharp'

const [width, height] = [${width}, ${height}]
const { data } = await sharp('test.jpg').rotate().flatten({ background: '#fff' }).toColourspace('srgb')
  .resize(width, height, { fit: 'fill', kernel: 'linear' }).raw().toBuffer({ resolveWithObject: true })
const blob = new Float32Array(3 * width * height) // planes B, G, R; 0..1, the mean is inside
for (let i = 0; i < width * height; i++)
  for (let c = 0; c < 3; c++) blob[c * width * height + i] = data[3 * i + 2 - c] / 255
const session = await ort.InferenceSession.create('${fileName}')
const { boxes, scores } = await session.run({ input: new ort.Tensor('float32', blob, [1, 3, height, width]) })
for (let i = 0; i < scores.data.length; i++)
  if (scores.data[i] > ${threshold}) console.log(scores.data[i], [...boxes.data.slice(8 * i, 8 * i + 8)])
`,
    cpp: `#include <onnxruntime_cxx_api.h>
#include <opencv2/opencv.hpp>
#include <cstdio>

int main() {
  Ort::Env env;
  Ort::Session session(env, "${fileName}", Ort::SessionOptions{});
  cv::Mat image = cv::imread("test.jpg"), small, blob;  // BGR
  cv::resize(image, small, {${width}, ${height}});
  blob = cv::dnn::blobFromImage(small, 1 / 255.0);      // 0..1, the mean is inside
  const int64_t shape[] = {1, 3, ${height}, ${width}};
  auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  auto input = Ort::Value::CreateTensor<float>(memory, blob.ptr<float>(), blob.total(), shape, 4);
  const char* in[] = {"input"};
  const char* out[] = {"boxes", "scores"};
  auto found = session.Run({}, in, &input, 1, out, 2);
  const float* boxes = found[0].GetTensorData<float>();
  const float* scores = found[1].GetTensorData<float>();
  const size_t count = found[1].GetTensorTypeAndShapeInfo().GetElementCount();
  for (size_t i = 0; i < count; i++)
    if (scores[i] > ${threshold}f)
      std::printf("%.3f  %.0f,%.0f %.0f,%.0f %.0f,%.0f %.0f,%.0f\\n", scores[i], boxes[8 * i], boxes[8 * i + 1],
                  boxes[8 * i + 2], boxes[8 * i + 3], boxes[8 * i + 4], boxes[8 * i + 5], boxes[8 * i + 6], boxes[8 * i + 7]);
}
`,
  }
}
