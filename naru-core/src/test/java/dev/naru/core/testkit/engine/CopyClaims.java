package dev.naru.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.Dir;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.Location;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What people copy into volumes and out of them. */
public interface CopyClaims extends EngineClaims {
  private void in(byte[] tar) {
    engine().copyIn(EngineBench.PROJECT, EngineBench.VOLUME, new ByteArrayInputStream(tar));
  }

  private Map<String, String> out(String path) {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    engine().copyOut(EngineBench.PROJECT, EngineBench.VOLUME, path, tar);
    return TestTar.read(tar.toByteArray());
  }

  private static Location in(String path) {
    return new Location.InVolume(EngineBench.PROJECT, EngineBench.VOLUME, path);
  }

  private static void refused(Code code, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            NaruException.class, e -> assertThat(e.code()).as(e.toString()).isEqualTo(code))
        .hasMessageContaining(words);
  }

  @Test
  default void copiedFilesAreWhatMembersSee() {
    in(TestTar.of("seeds/rows", "one\n", "seeds/deep/er/more", "two"));
    assertThat(bench().read(in("seeds/rows"))).contains("one\n");
    assertThat(bench().read(in("seeds/deep/er/more"))).contains("two");
    Group gang =
        EngineBench.dirs(
            bench()
                .gang("fraud", 1, "await:SEEDS/deep/er/more", "write:SEEDS/deep/own=3", "exit:0"),
            List.of(new Dir("SEEDS", in("seeds"), true)));
    engine().apply(gang);
    assertThat(bench().end(gang.id(), FIRST).code()).isZero();
    assertThat(bench().read(in("seeds/deep/own"))).contains("3");
  }

  @Test
  default void whatMembersWroteIsCopiedOut() {
    Group gang = bench().gang("fraud", 1, "write:NARU_OUTPUT/part=of it", "exit:0");
    engine().apply(gang);
    bench().end(gang.id(), FIRST);
    assertThat(out("out")).containsExactly(entry("out/", ""), entry("out/part", "of it"));
    assertThat(out("out/part")).containsExactly(entry("part", "of it"));
    assertThat(out("")).containsEntry("data/out/part", "of it");
  }

  @Test
  default void emptyFolderIsCopiedBothWays() {
    in(TestTar.of("empty/deep/", ""));
    assertThat(out("empty")).containsOnlyKeys("empty/", "empty/deep/");
  }

  @Test
  default void bigFileIsCopiedWhole() {
    String big = "0123456789abcdef".repeat(1 << 20);
    in(TestTar.of("big", big, "behind/it/another", big, "behind/last", "z"));
    assertThat(big.equals(out("big").get("big"))).isTrue();
    assertThat(big.equals(out("behind").get("behind/it/another"))).isTrue();
    assertThat(out("behind/last")).containsEntry("last", "z");
  }

  @Test
  default void namesAreCopiedToTheLetter() {
    String name = "a b/나루 é/" + "long-".repeat(40) + "/%2e $HOME";
    in(TestTar.of(name, "x"));
    assertThat(out("a b")).containsEntry(name, "x");
  }

  @Test
  default void copiedFileTakesThePlaceOfTheOneBefore() {
    in(TestTar.of("rows", "a long first text", "other", "stays"));
    in(TestTar.of("rows", "short"));
    assertThat(out("")).containsEntry("data/rows", "short").containsEntry("data/other", "stays");
  }

  @Test
  default void fileNeverTakesThePlaceOfAFolder() {
    in(TestTar.of("rows/one", "1", "file", "f"));
    refused(Code.CONFLICT, "one name", () -> in(TestTar.of("rows", "a file")));
    refused(Code.CONFLICT, "one name", () -> in(TestTar.of("file/below", "a file")));
    assertThat(out("")).containsEntry("data/rows/one", "1").containsEntry("data/file", "f");
  }

  @Test
  default void pathsThatLeaveTheVolumeAreRefused() {
    for (String path : List.of("../x", "a/../../x", "/etc/x", "..")) {
      refused(Code.INVALID, "not inside the volume", () -> in(TestTar.of(path, "x")));
      refused(Code.INVALID, "not inside the volume", () -> out(path));
    }
  }

  @Test
  default void linksOfAnArchiveAreRefused() {
    refused(Code.INVALID, "neither a file nor a folder", () -> in(TestTar.link("l", "/etc")));
    refused(Code.NOT_FOUND, "no such file", () -> out("l"));
  }

  @Test
  default void linksOfMembersAreNotFollowed() {
    needs(Ability.LINKED_FILES);
    Group gang =
        bench()
            .gang(
                "fraud",
                1,
                "link:NARU_OUTPUT/up=/etc",
                "link:NARU_OUTPUT/name=/etc/hostname",
                "exit:0");
    engine().apply(gang);
    assertThat(bench().end(gang.id(), FIRST).code()).isZero();
    refused(Code.CONFLICT, "is a link", () -> out("out/name"));
    refused(Code.CONFLICT, "is a link", () -> out("out/up/hostname"));
    refused(Code.CONFLICT, "is a link", () -> in(TestTar.of("out/up/naru-contract", "x")));
    assertThat(out("out"))
        .containsOnly(
            entry("out/", ""), entry("out/up", "-> /etc"), entry("out/name", "-> /etc/hostname"));
    in(TestTar.of("out/name", "a file now"));
    assertThat(out("out/name")).containsExactly(entry("name", "a file now"));
  }

  @Test
  default void fileWithTwoNamesIsCopiedUnderBoth() {
    needs(Ability.LINKED_FILES);
    Group gang =
        bench()
            .gang(
                "fraud",
                1,
                "write:NARU_OUTPUT/one=text",
                "twin:NARU_OUTPUT/one=NARU_OUTPUT/two",
                "exit:0");
    engine().apply(gang);
    assertThat(bench().end(gang.id(), FIRST).code()).isZero();
    assertThat(out("out")).containsEntry("out/one", "text").containsEntry("out/two", "text");
  }

  @Test
  default void volumeIsCopiedWhileMembersUseIt() {
    Group gang = bench().gang("fraud", 1, "print:up", "await:NARU_OUTPUT/go", "exit:3");
    bench().run(gang);
    bench().line(gang.id(), FIRST, "up");
    assertThat(out("")).containsKey("data/out/");
    in(TestTar.of("out/go", ""));
    assertThat(bench().end(gang.id(), FIRST).code()).isEqualTo(3);
  }

  @Test
  default void unknownVolumeAndPathAreToldInWords() {
    refused(
        Code.NOT_FOUND,
        "there is no volume 'other' in project 'contract'",
        () ->
            engine()
                .copyIn(
                    EngineBench.PROJECT, "other", new ByteArrayInputStream(TestTar.of("x", "x"))));
    refused(
        Code.NOT_FOUND,
        "there is no volume 'other' in project 'contract'",
        () -> engine().copyOut(EngineBench.PROJECT, "other", "", new ByteArrayOutputStream()));
    assertThat(engine().volumes(EngineBench.PROJECT)).containsExactly(EngineBench.VOLUME);
    ByteArrayOutputStream nothing = new ByteArrayOutputStream();
    refused(
        Code.NOT_FOUND,
        "cannot copy data:no/where: there is no such file or folder",
        () -> engine().copyOut(EngineBench.PROJECT, EngineBench.VOLUME, "no/where", nothing));
    assertThat(nothing.size()).isZero();
  }
}
