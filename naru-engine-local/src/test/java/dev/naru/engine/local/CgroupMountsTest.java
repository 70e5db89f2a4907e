package dev.naru.engine.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CgroupMountsTest {
  @Test
  void findsTheUnifiedHierarchyAndWhatIsAbove() {
    CgroupMounts mounts =
        CgroupMounts.parse(
            List.of("0::/user.slice/user-1000.slice/session-2.scope"),
            List.of("30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw"));
    assertThat(mounts.v2AndAbove())
        .containsExactly(
            Path.of("/sys/fs/cgroup/user.slice/user-1000.slice/session-2.scope"),
            Path.of("/sys/fs/cgroup/user.slice/user-1000.slice"),
            Path.of("/sys/fs/cgroup/user.slice"),
            Path.of("/sys/fs/cgroup"));
    assertThat(mounts.v1("memory")).isEmpty();
  }

  @Test
  void findsControllersThatShareAHierarchy() {
    CgroupMounts mounts =
        CgroupMounts.parse(
            List.of("4:cpu,cpuacct:/", "3:memory:/tmp"),
            List.of(
                "33 31 0:30 / / rw - cgroup cgroup rw,cpu,cpuacct",
                "34 31 0:31 / / rw - cgroup cgroup rw,memory"));
    assertThat(mounts.v1("cpu")).isEqualTo(mounts.v1("cpuacct")).contains(Path.of("/"));
    assertThat(mounts.v1("memory")).contains(Path.of("/tmp"));
  }

  @Test
  void pathThatIsToldFromOutsideAContainerIsThatOfTheMount() {
    CgroupMounts mounts =
        CgroupMounts.parse(
            List.of("3:memory:/docker/abc"),
            List.of("34 31 0:31 /docker/abc / ro - cgroup cgroup rw,memory"));
    assertThat(mounts.v1("memory")).contains(Path.of("/"));
  }
}
