// Finds text with an exported model (form "boxes"): detect model_800x800.onnx photo.jpg [threshold]
// Prints one box a line: x1 y1 x2 y2 x3 y3 x4 y4 score, pixels of the photo, clockwise from top-left, best first.
//
// With OpenCV any picture is read; without it binary PPM (P6), so that onnxruntime is all that is needed:
//   g++ -std=c++17 -O2 detect.cpp -I$ONNXRUNTIME_HOME/include -L$ONNXRUNTIME_HOME/lib -lonnxruntime -o detect
//   (with OpenCV: -DWITH_OPENCV $(pkg-config --cflags --libs opencv4))
#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>
#ifdef WITH_OPENCV
#include <opencv2/imgcodecs.hpp>
#endif

struct Picture {
  int width = 0, height = 0;
  std::vector<uint8_t> bgr;
};

static Picture readPicture(const std::string& path) {
  Picture picture;
#ifdef WITH_OPENCV
  cv::Mat image = cv::imread(path);
  if (image.empty()) throw std::runtime_error(path + " is no picture that OpenCV can read");
  picture.width = image.cols;
  picture.height = image.rows;
  picture.bgr.assign(image.datastart, image.dataend);
#else
  std::ifstream file(path, std::ios::binary);
  std::string magic;
  int most = 0;
  file >> magic >> picture.width >> picture.height >> most;
  if (magic != "P6" || most != 255 || picture.width < 1 || picture.height < 1)
    throw std::runtime_error(path + " is no binary PPM; compile with OpenCV for other pictures");
  file.get();
  picture.bgr.resize(size_t(3) * picture.width * picture.height);
  if (!file.read(reinterpret_cast<char*>(picture.bgr.data()), picture.bgr.size()))
    throw std::runtime_error(path + " is cut off");
  for (size_t i = 0; i < picture.bgr.size(); i += 3) std::swap(picture.bgr[i], picture.bgr[i + 2]);
#endif
  return picture;
}

// B, G, R planes, 0 to 1, stretched to the input (bilinear, pixel centres on pixel centres); the mean is subtracted inside.
static std::vector<float> planes(const Picture& picture, int width, int height) {
  std::vector<float> input(size_t(3) * width * height);
  const float ratioX = float(picture.width) / width, ratioY = float(picture.height) / height;
  for (int y = 0; y < height; y++) {
    const float sy = std::clamp((y + 0.5f) * ratioY - 0.5f, 0.0f, float(picture.height - 1));
    const int y0 = int(sy), y1 = std::min(y0 + 1, picture.height - 1);
    for (int x = 0; x < width; x++) {
      const float sx = std::clamp((x + 0.5f) * ratioX - 0.5f, 0.0f, float(picture.width - 1));
      const int x0 = int(sx), x1 = std::min(x0 + 1, picture.width - 1);
      for (int c = 0; c < 3; c++) {
        const auto at = [&](int px, int py) { return float(picture.bgr[3 * (size_t(py) * picture.width + px) + c]); };
        const float upper = at(x0, y0) + (at(x1, y0) - at(x0, y0)) * (sx - x0);
        const float lower = at(x0, y1) + (at(x1, y1) - at(x0, y1)) * (sx - x0);
        input[(size_t(c) * height + y) * width + x] = (upper + (lower - upper) * (sy - y0)) / 255.0f;
      }
    }
  }
  return input;
}

int main(int argc, char** argv) try {
  if (argc < 3) {
    std::cerr << "detect model.onnx photo [threshold]\n";
    return 2;
  }
  const float threshold = argc > 3 ? std::strtof(argv[3], nullptr) : 0.0f;
  Ort::Env env(ORT_LOGGING_LEVEL_WARNING, "detect");
#ifdef _WIN32
  const std::string name = argv[1];
  Ort::Session session(env, std::wstring(name.begin(), name.end()).c_str(), Ort::SessionOptions());
#else
  Ort::Session session(env, argv[1], Ort::SessionOptions());
#endif
  const std::vector<int64_t> shape = session.GetInputTypeInfo(0).GetTensorTypeAndShapeInfo().GetShape();
  const int height = int(shape[2]), width = int(shape[3]);

  const Picture picture = readPicture(argv[2]);
  std::vector<float> values = planes(picture, width, height);
  const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  Ort::Value input = Ort::Value::CreateTensor<float>(memory, values.data(), values.size(), shape.data(), shape.size());

  const char* inputs[] = {"input"};
  const char* outputs[] = {"boxes", "scores"};
  const auto results = session.Run(Ort::RunOptions{nullptr}, inputs, &input, 1, outputs, 2);
  const float* boxes = results[0].GetTensorData<float>();
  const float* scores = results[1].GetTensorData<float>();
  const int64_t count = results[1].GetTensorTypeAndShapeInfo().GetShape()[0];
  for (int64_t i = 0; i < count; i++) {
    if (scores[i] <= threshold) continue;
    for (int k = 0; k < 8; k++)
      std::cout << boxes[8 * i + k] * (k % 2 ? float(picture.height) / height : float(picture.width) / width) << ' ';
    std::cout << scores[i] << '\n';
  }
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
