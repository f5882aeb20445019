"""Finds text with an exported model (form "boxes"): python3 detect.py model_800x800.onnx photo.jpg [threshold]

Needs onnxruntime, opencv-python and numpy. Prints one JSON object: boxes in pixels of the photo, clockwise from
top-left, and their scores, best first.
"""
import json
import sys

import cv2
import numpy as np
import onnxruntime as ort


def detect(model_path, image_path, threshold=0.0):
    session = ort.InferenceSession(model_path)
    height, width = session.get_inputs()[0].shape[2:]

    image = cv2.imread(image_path)
    if image is None:
        raise SystemExit(f"{image_path} is no picture that OpenCV can read")
    # BGR, 0 to 1, stretched to the input; the mean is subtracted inside.
    blob = cv2.resize(image, (width, height)).transpose(2, 0, 1)[np.newaxis].astype(np.float32) / 255.0

    outputs = session.run(None, {"input": blob})
    boxes, scores = outputs[0], outputs[1]
    boxes, scores = boxes[scores > threshold], scores[scores > threshold]
    return boxes * [image.shape[1] / width, image.shape[0] / height], scores


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    found, sure = detect(sys.argv[1], sys.argv[2], float(sys.argv[3]) if len(sys.argv) > 3 else 0.0)
    print(json.dumps({"boxes": found.round(1).reshape(-1, 8).tolist(), "scores": sure.round(4).tolist()}))
