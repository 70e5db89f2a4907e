package dev.naru.core.testkit.engine;

import dev.naru.core.engine.Engine;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Member;
import dev.naru.spec.Image;
import dev.naru.spec.Metadata;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The contract's bench in virtual time. */
final class SimulatedBench extends EngineBench {
  private final SimulatedWorld world = new SimulatedWorld();
  private static final long REAL_NANOS = 100_000;

  private String source = "1";

  SimulatedWorld world() {
    return world;
  }

  @Override
  protected Engine open() {
    return new SimulatedEngine(world, _ -> source);
  }

  @Override
  protected Image puppet() {
    return new Image(
        new Metadata("puppet", Optional.empty(), Map.of(), Map.of()),
        new Image.Spec(
            new Image.RunsOn(Optional.of(25), Optional.empty(), Optional.empty()), "puppet.jar"));
  }

  @Override
  protected String lacks(Ability ability) {
    return switch (ability) {
      case CONNECTIONS, DENIED_LINKS -> "members of the simulation have no connections";
      case READ_ONLY_INPUTS, OWN_FILES, LINKED_FILES -> "members of the simulation open no files";
      case HIDDEN_VALUES, ORDER_OF_STREAMS, NAMED_SHARDS, LONE_ENDS, ENDED_REPLICAS, PROMPT_ENDS ->
          "";
    };
  }

  @Override
  protected Path folder() {
    return Path.of("");
  }

  @Override
  protected void changePuppet() {
    source = "2";
  }

  @Override
  protected void pass(Duration time) {
    world.advance(time);
    // Readers of logs are threads of their own, also here.
    LockSupport.parkNanos(REAL_NANOS);
  }

  @Override
  protected void write(Location file, String text) {
    world.write(file, text);
  }

  @Override
  protected Optional<String> read(Location file) {
    return world.read(file);
  }

  @Override
  protected boolean hasTemporary(GroupId id, Member member, String path) {
    return world.hasTemporary(path);
  }

  @Override
  protected void setSecret(String name, String value) {
    world.setSecret(name, value);
  }

  @Override
  protected boolean answers(String address) {
    return world.answers(address);
  }
}
