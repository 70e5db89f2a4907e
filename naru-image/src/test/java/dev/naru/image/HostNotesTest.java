package dev.naru.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was found out counts as long as what it came from is the same. */
class HostNotesTest {
  @TempDir private Path temp;
  private int asked;
  private Predicate<String> whole = _ -> true;
  private Path lists;
  private Path told;

  @BeforeEach
  void host() throws IOException {
    lists = Files.createDirectory(temp.resolve("lists"));
    told = Files.writeString(lists.resolve("told"), "a");
  }

  private String text() throws IOException {
    return new HostNotes(temp.resolve("notes"))
        .text("what", List.of(lists, temp.resolve("absent")), () -> "found\n" + ++asked, whole);
  }

  @Test
  void isFoundOutOnceAlone() throws IOException {
    assertThat(text()).isEqualTo("found\n1");
    assertThat(text()).isEqualTo("found\n1");
  }

  @Test
  void isFoundOutAgainWhereAFileChanged() throws IOException {
    text();
    Path next = Files.writeString(temp.resolve("next"), "b");
    Files.setLastModifiedTime(next, Files.getLastModifiedTime(told));
    Files.move(next, told, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(text()).as("of the same size and time").isEqualTo("found\n2");

    Files.writeString(lists.resolve("more"), "");
    assertThat(text()).isEqualTo("found\n3");

    Files.writeString(temp.resolve("absent"), "");
    assertThat(text()).isEqualTo("found\n4");
  }

  @Test
  void whatIsNotWholeIsNotKept() throws IOException {
    whole = text -> text.endsWith("2");
    text();

    assertThat(text()).isEqualTo("found\n2");
    assertThat(text()).isEqualTo("found\n2");
  }

  @Test
  void aNoteThatIsNotWholeIsNone() throws IOException {
    text();
    try (Stream<Path> notes = Files.list(temp.resolve("notes"))) {
      for (Path note : notes.toList()) {
        Files.writeString(note, Files.readString(note).replace("found", "faund"));
      }
    }

    assertThat(text()).isEqualTo("found\n2");
    try (Stream<Path> notes = Files.list(temp.resolve("notes"))) {
      for (Path note : notes.toList()) {
        Files.write(note, new byte[] {(byte) 0xff, '\n', (byte) 0xff});
      }
    }

    assertThat(text()).as("no text at all").isEqualTo("found\n3");
  }
}
