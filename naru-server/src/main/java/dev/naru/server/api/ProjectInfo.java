package dev.naru.server.api;

/**
 * A project.
 *
 * @param name its name
 * @param folder the folder that it was applied from
 * @param engine what it runs on
 * @param state whether it is wanted
 * @param resources how many it has
 */
public record ProjectInfo(
    String name, String folder, String engine, ProjectState state, int resources) {
  /** Whether a project is wanted. */
  public enum ProjectState {
    /** It is. */
    UP("up"),
    /** It is not, and nothing of it runs. */
    DOWN("down"),
    /** It is not, and something of it still runs. */
    GOING_DOWN("going down");

    private final String word;

    ProjectState(String word) {
      this.word = word;
    }

    /** As the API says it. */
    public String word() {
      return word;
    }
  }
}
