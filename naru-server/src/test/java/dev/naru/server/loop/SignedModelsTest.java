package dev.naru.server.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.naru.core.NaruException;
import dev.naru.core.NaruException.Code;
import dev.naru.core.engine.Fact;
import dev.naru.core.engine.Group;
import dev.naru.core.engine.GroupId;
import dev.naru.core.engine.GroupKind;
import dev.naru.core.engine.Location;
import dev.naru.core.engine.Program;
import dev.naru.core.engine.Question;
import dev.naru.core.engine.Template;
import dev.naru.core.state.Key;
import dev.naru.core.state.State;
import dev.naru.core.state.Stored;
import dev.naru.core.store.ConflictException;
import dev.naru.core.testkit.engine.SimulatedEngine;
import dev.naru.core.testkit.engine.SimulatedWorld;
import dev.naru.core.testkit.store.InMemoryStore;
import dev.naru.image.trust.KeyTexts;
import dev.naru.image.trust.ModelSigner;
import dev.naru.image.trust.SignKey;
import dev.naru.server.json.Arbitrary;
import dev.naru.spec.Bytes;
import dev.naru.spec.Cpu;
import dev.naru.spec.Kind;
import dev.naru.spec.Limits;
import dev.naru.spec.Resources;
import dev.naru.spec.signed.EcKey;
import dev.naru.spec.signed.ModelSignature;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SignedModelsTest {
  private static final Location.InModels ATTEMPT = new Location.InModels("bank", "fraud/runs/7/1");
  private static final Location.InModels VERSION = new Location.InModels("bank", "fraud/3");
  private static final Question.Publish PUBLISH = new Question.Publish(ATTEMPT, VERSION);

  private final SimulatedWorld world = new SimulatedWorld();
  private final SimulatedEngine engine = new SimulatedEngine(world, _ -> "1");
  private final InMemoryStore store = new InMemoryStore();
  private SignKey key = KeyTexts.read(KeyTexts.make(), "a test");
  private final ModelSigner signer = new ModelSigner(() -> key);
  private final SignedModels models = new SignedModels(engine, store, signer);

  @SuppressWarnings("NullAway.Init") // before each test
  private Fact.Published published;

  @BeforeEach
  void publish() throws ConflictException {
    Stored any = new Arbitrary(1).of(Stored.class);
    store.save(
        new Stored(
            new Key("bank", Kind.TRAINING, "fraud"),
            0,
            1,
            any.resource(),
            Stored.Desired.UP,
            State.OfRuns.none(),
            Instant.EPOCH),
        List.of());
    world.write(ATTEMPT.resolve("model.json"), "{}");
    published = (Fact.Published) engine.ask(PUBLISH);
  }

  private Optional<String> signature() {
    return world.read(new Location.InModels("bank", "fraud/3.sig"));
  }

  /** Whose the signature says that it is. */
  private Optional<String> by() {
    return signature().flatMap(s -> ModelSignature.signer(s.getBytes(StandardCharsets.UTF_8)));
  }

  private String hint() {
    return EcKey.of(Base64.getDecoder().decode(signer.accepted().getFirst())).modelHint();
  }

  private Group server(String digest) {
    return new Group(
        new GroupId("bank", Kind.INFERENCE, "alarm", 1, 0),
        GroupKind.SERVICE,
        new Template(
            new Program.ModelServer(VERSION, digest, "alarm", 3),
            new TreeMap<>(),
            List.of(),
            new Resources(new Cpu(100), Bytes.ofMebibytes(64)),
            new Limits(Optional.empty()),
            Duration.ofSeconds(1),
            Optional.of(8080),
            1),
        List.of(),
        List.of());
  }

  @Test
  void signsWhatWasPublished() {
    models.published(PUBLISH, published);

    assertThat(by()).contains(hint());
    assertThat(signature()).hasValueSatisfying(s -> assertThat(s).endsWith("}\n"));
  }

  @Test
  void signsOnceForAKeyAndAgainForAnother() {
    assertThat(models.prepare(server(published.digest()))).isEmpty();
    Optional<String> first = signature();
    assertThat(models.prepare(server(published.digest()))).isEmpty();
    assertThat(signature()).isEqualTo(first);

    key = KeyTexts.read(KeyTexts.make(), "a test");
    assertThat(models.prepare(server(published.digest()))).isEmpty();
    assertThat(by()).contains(hint());
    assertThat(signature()).isNotEqualTo(first);
  }

  @Test
  void leavesWhatWasChangedUnsigned() {
    world.write(VERSION.resolve("model.json"), "{ }");

    assertThat(models.prepare(server(published.digest()))).isEmpty();
    assertThat(signature()).isEmpty();
  }

  @Test
  void waitsForAnEngineThatDoesNotAnswer() {
    world.disconnect("the pod beside volume data is not ready");
    assertThat(models.prepare(server(published.digest())))
        .contains("its model cannot be signed yet: the pod beside volume data is not ready");

    world.reconnect();
    assertThat(models.prepare(server(published.digest()))).isEmpty();
    assertThat(by()).contains(hint());
  }

  @Test
  void saysWhyThereIsNoKey() {
    SignedModels without =
        new SignedModels(
            engine,
            store,
            new ModelSigner(() -> {
              throw new NaruException(Code.REFUSED, "cannot read secret k: the operator may not");
            }));

    assertThat(without.prepare(server(published.digest())))
        .contains("its model cannot be signed: cannot read secret k: the operator may not");
    assertThat(signature()).isEmpty();
  }
}
