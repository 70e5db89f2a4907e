package groovy.lang;

/**
 * Not Groovy's: an empty class of that name. Picocli asks for it at each start, and where it is not
 * there the class loader opens every jar of the class path to find out, which took a fifth of the
 * time of a command that only asks (ADR 0025). Nothing extends it, so that picocli goes on as
 * without it.
 */
public abstract class Closure {
  private Closure() {}
}
