package dev.naru.spec.signed;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** DSSE, version 1 (secure-systems-lab/dsse), around in-toto statements. */
public final class Dsse {
  /** The one type of payload that is signed or accepted. */
  public static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

  private Dsse() {}

  /** The pre-authentication encoding of a payload: the bytes that are signed. */
  public static byte[] encoded(byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String head =
        "DSSEv1 " + PAYLOAD_TYPE.length() + " " + PAYLOAD_TYPE + " " + payload.length + " ";
    out.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    out.writeBytes(payload);
    return out.toByteArray();
  }
}
