package dev.naru.examples.finance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableTest {
  @TempDir Path folder;

  @Test
  void aFileReplacesAnOlderOneAndLeavesNothingElse() throws Exception {
    Path file = folder.resolve("new/model");
    Durable.write(file, ByteBuffer.wrap(new byte[] {1, 2, 3}));
    Durable.write(file, ByteBuffer.wrap(new byte[] {4}));
    assertThat(Files.readAllBytes(file)).containsExactly(4);
    assertThat(Examples.names(folder.resolve("new"))).containsExactly("model");
  }

  @Test
  void aFolderThatWasLeftHalfWrittenIsMadeAnew() throws Exception {
    Path half = Files.createDirectories(folder.resolve(".step-3.tmp"));
    Files.writeString(half.resolve("left"), "of a killed rank");
    Durable.writeFolder(folder.resolve("step-3"), "model", new byte[] {7});
    assertThat(Examples.names(folder)).containsExactly("step-3");
    assertThat(Examples.names(folder.resolve("step-3"))).containsExactly("model");
  }

  @Test
  void aCompleteFolderIsNotTouched() throws Exception {
    Durable.writeFolder(folder.resolve("step-3"), "model", new byte[] {7});
    Durable.writeFolder(folder.resolve("step-3"), "model", new byte[] {8});
    assertThat(Files.readAllBytes(folder.resolve("step-3/model"))).containsExactly(7);
  }

  @Test
  void deletesWhatIsThereAndMindsNothingElse() throws Exception {
    Files.createDirectories(folder.resolve("a/b/c"));
    Files.writeString(folder.resolve("a/b/d"), "x");
    Durable.delete(folder.resolve("a"));
    Durable.delete(folder.resolve("a"));
    assertThat(folder).isEmptyDirectory();
  }
}
