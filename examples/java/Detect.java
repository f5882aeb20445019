import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.FloatBuffer;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * Finds text with an exported model (form "boxes"): java -cp onnxruntime.jar Detect.java model_800x800.onnx photo.jpg [threshold]
 *
 * Prints one box a line: x1 y1 x2 y2 x3 y3 x4 y4 score, pixels of the photo, clockwise from top-left, best first.
 */
public class Detect {
  public static void main(String[] args) throws Exception {
    if (args.length < 2) {
      System.err.println("Detect model.onnx photo.jpg [threshold]");
      System.exit(2);
    }
    float threshold = args.length > 2 ? Float.parseFloat(args[2]) : 0;
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(args[0], new OrtSession.SessionOptions())) {
      long[] shape = ((TensorInfo) session.getInputInfo().get("input").getInfo()).getShape();
      int height = (int) shape[2];
      int width = (int) shape[3];
      BufferedImage photo = ImageIO.read(new File(args[1]));
      if (photo == null) throw new IllegalArgumentException(args[1] + " is no picture that Java can read");
      try (OnnxTensor input = OnnxTensor.createTensor(environment, planes(photo, width, height), shape);
          OrtSession.Result results = session.run(Map.of("input", input))) {
        float[][][] boxes = (float[][][]) results.get("boxes").orElseThrow().getValue();
        float[] scores = (float[]) results.get("scores").orElseThrow().getValue();
        for (int i = 0; i < scores.length; i++) {
          if (scores[i] <= threshold) continue;
          StringBuilder line = new StringBuilder();
          for (float[] corner : boxes[i]) {
            line.append(corner[0] * photo.getWidth() / width).append(' ');
            line.append(corner[1] * photo.getHeight() / height).append(' ');
          }
          System.out.println(line.append(scores[i]));
        }
      }
    }
  }

  /** B, G, R planes, 0 to 1, stretched to the input; the mean is subtracted inside. */
  private static FloatBuffer planes(BufferedImage photo, int width, int height) {
    BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(photo, 0, 0, width, height, null);
    graphics.dispose();
    int[] pixels = scaled.getRGB(0, 0, width, height, null, 0, width);
    FloatBuffer buffer = FloatBuffer.allocate(3 * width * height);
    for (int shift = 0; shift <= 16; shift += 8) {
      for (int pixel : pixels) buffer.put(((pixel >> shift) & 255) / 255f);
    }
    buffer.rewind();
    return buffer;
  }
}
