export interface SampleCode {
  python: string
  javascript: string
  cpp: string
}

/**
 * Shortest programs that read a picture and print boxes and scores with an exported file of the form "boxes", for the
 * export tab. Boxes of the file lie in its input; they are printed in pixels of the picture.
 *
 * @param fileName of the exported file
 * @param threshold boxes with a lower score are not printed
 */
export function sampleCode(fileName: string, width: number, height: number, threshold: number): SampleCode {
  return {
    python: `import cv2
import numpy as np
import onnxruntime as ort

session = ort.InferenceSession("${fileName}")

image = cv2.imread("test.jpg")
resized = cv2.resize(image, (${width}, ${height}))
blob = resized.transpose(2, 0, 1)[np.newaxis].astype(np.float32) / 255.0

outputs = session.run(None, {"input": blob})
boxes, scores = outputs[0], outputs[1]
# From pixels of the input to pixels of the picture.
boxes = boxes * [image.shape[1] / ${width}, image.shape[0] / ${height}]
for box, score in zip(boxes[scores > ${threshold}], scores[scores > ${threshold}]):
    print(box.tolist(), float(score))
`,
    javascript: `import * as ort from 'onnxruntime-node'
import sharp from 'sharp'

const [width, height] = [${width}, ${height}]
const session = await ort.InferenceSession.create('${fileName}')

const image = sharp('test.jpg').autoOrient().flatten({ background: '#fff' }).toColourspace('srgb')
const rgb = await image.clone().resize(width, height, { fit: 'fill' }).raw().toBuffer()
const input = new Float32Array(3 * width * height)
for (let i = 0; i < width * height; i++)
  for (let c = 0; c < 3; c++) input[c * width * height + i] = rgb[3 * i + 2 - c] / 255 // B, G, R

const { boxes, scores } = await session.run({ input: new ort.Tensor('float32', input, [1, 3, height, width]) })
// From pixels of the input to pixels of the picture.
const { info } = await image.raw().toBuffer({ resolveWithObject: true })
const scale = [info.width / width, info.height / height]
scores.data.forEach((score, i) => {
  if (score > ${threshold}) console.log(Array.from(boxes.data.slice(8 * i, 8 * i + 8), (v, k) => v * scale[k % 2]), score)
})
`,
    cpp: `#include <onnxruntime_cxx_api.h>
#include <opencv2/opencv.hpp>
#include <iostream>

int main() {
  Ort::Env env;
  Ort::Session session(env, ORT_TSTR("${fileName}"), Ort::SessionOptions());

  cv::Mat image = cv::imread("test.jpg");
  cv::Mat blob = cv::dnn::blobFromImage(image, 1.0 / 255, cv::Size(${width}, ${height}));
  const int64_t shape[] = {1, 3, ${height}, ${width}};
  auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  auto input = Ort::Value::CreateTensor<float>(memory, blob.ptr<float>(), blob.total(), shape, 4);

  const char* inputs[] = {"input"};
  const char* outputs[] = {"boxes", "scores"};
  auto results = session.Run(Ort::RunOptions(), inputs, &input, 1, outputs, 2);
  const float* boxes = results[0].GetTensorData<float>();
  const float* scores = results[1].GetTensorData<float>();
  const int64_t count = results[1].GetTensorTypeAndShapeInfo().GetShape()[0];
  // From pixels of the input to pixels of the picture.
  const double scale[] = {image.cols / ${width}.0, image.rows / ${height}.0};
  for (int64_t i = 0; i < count; i++) {
    if (scores[i] <= ${threshold}) continue;
    for (int k = 0; k < 8; k++) std::cout << boxes[8 * i + k] * scale[k % 2] << ' ';
    std::cout << scores[i] << '\\n';
  }
}
`,
  }
}
