package dev.naru.image;

/**
 * Where images go in a registry: {@code HOST[:PORT][/PREFIX]}; an image is {@code PREFIX/<image>}.
 *
 * @param host with its port, where it has one
 * @param prefix without a slash at either end; may be empty
 */
public record RegistryPlace(String host, String prefix) {
  private static final String HOST = "[a-z0-9]+([.-]+[a-z0-9]+)*(:[0-9]{1,5})?";
  private static final String PATH = "[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*";

  /** Refuses what a registry would not take. */
  public RegistryPlace {
    if (!host.matches(HOST) || !(prefix.isEmpty() || prefix.matches(PATH))) {
      throw Trouble.invalid(
          "cannot use registry '"
              + host
              + (prefix.isEmpty() ? "" : "/" + prefix)
              + "': expected HOST[:PORT][/PREFIX] in lower case, such as registry.local:5000/team");
    }
  }

  /** Reads {@code HOST[:PORT][/PREFIX]}. */
  public static RegistryPlace parse(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? new RegistryPlace(text, "")
        : new RegistryPlace(text.substring(0, slash), text.substring(slash + 1));
  }

  /** The repository of an image. */
  public String repository(String image) {
    return prefix.isEmpty() ? image : prefix + "/" + image;
  }
}
