package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.NaruException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class TroubleTest {
  @Test
  void saysThatTheDiskIsFull() {
    NaruException e =
        Trouble.of(
            "cannot build image/a", new FileSystemException("/x", null, "No space left on device"));

    assertThat(e.code().exitCode()).isEqualTo(1);
    assertThat(e)
        .hasMessage(
            "cannot build image/a: the disk is full; free some space, for example in images/ of"
                + " the home");
    assertThat(Trouble.of("cannot x", new IOException("No space left on device")))
        .hasMessageContaining("the disk is full");
  }

  @Test
  void saysWhatIsNotPermitted() {
    assertThat(Trouble.of("cannot x", new AccessDeniedException("/home/a/images")))
        .hasMessage("cannot x: no permission for /home/a/images; check its owner and mode");
  }
}
