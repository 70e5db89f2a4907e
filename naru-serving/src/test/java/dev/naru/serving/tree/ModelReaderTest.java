package dev.naru.serving.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelReaderTest {
  private static final Trained DATA = Trained.generated(500, 4, 1);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void namesTheBoosterOrObjectiveThatItDoesNotSupport() throws Exception {
    refuses(DATA.train(2, "objective", "binary:logistic", "booster", "gblinear"), "gblinear");
    refuses(
        DATA.train(6, "objective", "binary:logistic", "booster", "dart", "rate_drop", 0.5),
        "'dart' is not supported");
    refuses(DATA.train(2, "objective", "multi:softprob", "num_class", 2), "several|2 classes");
    refuses(
        DATA.train(2, "objective", "binary:hinge"),
        "'binary:hinge' is not supported; supported are binary:logistic");
  }

  private void refuses(Booster booster, String words) throws Exception {
    for (String name : new String[] {"model.ubj", "model.json"}) {
      Path file = Trained.save(booster, folder, name);
      assertThatThrownBy(() -> ModelReader.read(file))
          .isInstanceOf(ModelFormatException.class)
          .message()
          .containsPattern(words);
    }
  }

  @Test
  void refusesEveryTruncationOfAFile() throws Exception {
    Booster booster = DATA.train(1, "objective", "binary:logistic", "max_depth", 2);
    for (String name : new String[] {"model.ubj", "model.json"}) {
      byte[] whole = Files.readAllBytes(Trained.save(booster, folder, name));
      Path cut = folder.resolve("cut" + name.substring(5));
      for (int length = 0; length < whole.length; length += 7) {
        Files.write(cut, Arrays.copyOf(whole, length));
        assertThatThrownBy(() -> ModelReader.read(cut)).isInstanceOf(ModelFormatException.class);
      }
      byte[] longer = Arrays.copyOf(whole, whole.length + 1);
      longer[whole.length] = '1';
      Files.write(cut, longer);
      assertThatThrownBy(() -> ModelReader.read(cut)).isInstanceOf(ModelFormatException.class);
    }
  }

  @Test
  void survivesDamagedBytesWithAResultOrAClearRefusal() throws Exception {
    Booster booster = DATA.train(2, "objective", "binary:logistic", "max_depth", 3);
    SplittableRandom random = new SplittableRandom(5);
    int refused = 0;
    for (String name : new String[] {"model.ubj", "model.json"}) {
      byte[] whole = Files.readAllBytes(Trained.save(booster, folder, name));
      Path bad = folder.resolve("bad" + name.substring(5));
      for (int i = 0; i < 500; i++) {
        byte[] copy = whole.clone();
        copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
        Files.write(bad, copy);
        try {
          // A damaged number may still be a model: then every row must end in a leaf.
          assertThat(ModelReader.read(bad).margin(new float[] {1, 2, Float.NaN, 0}, 0)).isFinite();
        } catch (ModelFormatException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(50);
  }

  @Test
  void refusesLoopsCategoriesForeignVersionsAndUnknownKeys() throws Exception {
    refusesEdited("do not make a tree", root -> set(tree(root), "left_children", 1, 0));
    refusesEdited("do not make a tree", root -> set(tree(root), "right_children", 0, 999));
    refusesEdited("splits on column 77 of 4", root -> set(tree(root), "split_indices", 0, 77));
    refusesEdited("splits on categories", root -> set(tree(root), "split_type", 0, 1));
    refusesEdited(
        "written by XGBoost 2.4; XGBoost 3 is supported", root -> set(root, "version", 0, 2));
    refusesEdited(
        "unknown key 'leaf_vectors' in tree 0", root -> tree(root).put("leaf_vectors", 1));
    refusesEdited(
        "multi-target",
        root -> ((ObjectNode) tree(root).get("tree_param")).put("size_leaf_vector", "2"));
    refusesEdited(
        "several targets",
        root -> ((ObjectNode) root.at("/learner/learner_model_param")).put("base_score", "[1,2]"));
    refusesEdited(
        "no trees",
        root -> ((ArrayNode) root.at("/learner/gradient_booster/model/trees")).removeAll());
  }

  private interface Edit {
    void apply(ObjectNode root);
  }

  private void refusesEdited(String words, Edit edit) throws Exception {
    Booster booster = DATA.train(1, "objective", "binary:logistic", "max_depth", 2);
    ObjectNode root =
        (ObjectNode) JSON.readTree(Trained.save(booster, folder, "model.json").toFile());
    edit.apply(root);
    Path file = folder.resolve("edited.json");
    JSON.writeValue(file.toFile(), root);
    assertThatThrownBy(() -> ModelReader.read(file))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(words);
  }

  private static ObjectNode tree(ObjectNode root) {
    return (ObjectNode) root.at("/learner/gradient_booster/model/trees/0");
  }

  private static void set(ObjectNode node, String array, int index, int value) {
    ((ArrayNode) node.get(array)).set(index, value);
  }

  @Test
  void startsFromTheSameBaseMarginAsXgboostForAnyBaseScore() throws Exception {
    SplittableRandom random = new SplittableRandom(9);
    DMatrix matrix =
        new Trained(new float[][] {DATA.rows()[0]}, new float[] {0}, DATA.names()).matrix();
    for (String objective : new String[] {"binary:logistic", "count:poisson"}) {
      Booster trained = DATA.train(1, "objective", objective, "max_depth", 2);
      ObjectNode root =
          (ObjectNode) JSON.readTree(Trained.save(trained, folder, "model.json").toFile());
      for (int i = 0; i < 150; i++) {
        // Near one half single-precision logarithms are worst.
        float base =
            (float)
                (i % 2 == 0
                    ? 0.5 + random.nextDouble(-0.01, 0.01)
                    : random.nextDouble(0.001, 0.999));
        ((ObjectNode) root.at("/learner/learner_model_param")).put("base_score", "[" + base + "]");
        Path file = folder.resolve("based.json");
        JSON.writeValue(file.toFile(), root);
        Booster booster = XGBoost.loadModel(Files.readAllBytes(file));
        booster.setParam("nthread", 1);
        assertThat(ModelReader.read(file).margin(DATA.rows()[0], 0))
            .as("base_score %s", base)
            .isEqualTo(booster.predict(matrix, true)[0][0]);
        booster.dispose();
      }
    }
  }

  @Test
  void numbersTheColumnsOfAModelWithoutNames() throws Exception {
    ObjectNode root =
        (ObjectNode)
            JSON.readTree(
                Trained.save(DATA.train(1, "objective", "binary:logistic"), folder, "model.json")
                    .toFile());
    ((ArrayNode) root.at("/learner/feature_names")).removeAll();
    Path file = folder.resolve("nameless.json");
    JSON.writeValue(file.toFile(), root);
    assertThat(ModelReader.read(file).features()).containsExactly("f0", "f1", "f2", "f3");
  }

  @Test
  void scoresAreTheTransformedMargins() throws Exception {
    for (Map.Entry<String, Double> o :
        Map.of("binary:logistic", 1e-6, "reg:squarederror", 0.0, "count:poisson", 1e-6)
            .entrySet()) {
      Booster booster = DATA.train(20, "objective", o.getKey());
      TreeModel model = ModelReader.read(Trained.save(booster, folder, "model.ubj"));
      float[][] expected = booster.predict(DATA.matrix());
      for (int i = 0; i < 100; i++) {
        assertThat(model.score(DATA.rows()[i], 0))
            .isCloseTo(expected[i][0], org.assertj.core.data.Offset.offset(o.getValue()));
      }
      assertThat(model.objective()).isEqualTo(o.getKey());
    }
  }
}
