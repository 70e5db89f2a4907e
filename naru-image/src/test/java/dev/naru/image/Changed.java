package dev.naru.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** A jar with one class more. */
final class Changed {
  private Changed() {}

  static byte[] jar(byte[] jar, int change) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar));
        ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        ZipEntry copy = new ZipEntry(e.getName());
        copy.setTime(0);
        out.putNextEntry(copy);
        in.transferTo(out);
        out.closeEntry();
      }
      out.putNextEntry(new ZipEntry("dev/naru/examples/finance/Changed.class"));
      out.write(("change " + change).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      out.closeEntry();
    }
    return bytes.toByteArray();
  }
}
