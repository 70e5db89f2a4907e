package dev.naru.serving.tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the document that XGBoost 3.x saves (its "model schema"): what it needs is checked, what
 * would change the result is refused in words, and a key it does not know is refused too, because
 * ignoring it could give wrong scores.
 */
final class LearnerReader {
  private final ModelSource source;
  private final List<RawTree> trees = new ArrayList<>();
  private List<String> names = List.of();
  private @Nullable String objective;
  private @Nullable String baseScore;
  private int features = -1;
  private int[] version = {};
  private int nodes;

  LearnerReader(ModelSource source) {
    this.source = source;
  }

  TreeModel read() throws IOException {
    source.beginObject();
    for (String key = source.nextKey(); key != null; key = source.nextKey()) {
      switch (key) {
        case "learner" -> learner();
        case "version" -> version = source.ints(3);
        default -> throw unknown(key, "the model");
      }
    }
    return assemble();
  }

  private TreeModel assemble() throws ModelFormatException {
    if (version.length != 3 || version[0] != 3) {
      throw new ModelFormatException(
          version.length == 3
              ? "it was written by XGBoost %d.%d; XGBoost 3 is supported"
                  .formatted(version[0], version[1])
              : "it does not say which XGBoost wrote it (no 'version')");
    }
    String label = required(objective, "learner.objective.name");
    String score = required(baseScore, "learner.learner_model_param.base_score");
    if (trees.isEmpty()) {
      throw new ModelFormatException("it has no trees");
    }
    Objective known = Objective.of(label);
    float base = known.baseMargin(baseScore(score));
    if (features < 1 || features > ModelLimits.FEATURES) {
      throw new ModelFormatException(
          "it has " + features + " columns; 1 to " + ModelLimits.FEATURES + " are supported");
    }
    ForestBuilder forest = new ForestBuilder(features);
    for (RawTree tree : trees) {
      forest.add(tree);
    }
    return new TreeModel(columns(), known, base, forest.build());
  }

  private static float baseScore(String text) throws ModelFormatException {
    String number =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    if (number.indexOf(',') >= 0) {
      throw new ModelFormatException(
          "it predicts several targets (base_score " + text + "); one is supported");
    }
    try {
      return Float.parseFloat(number);
    } catch (NumberFormatException e) {
      throw new ModelFormatException("base_score is '" + text + "', not a number");
    }
  }

  private List<String> columns() throws ModelFormatException {
    if (names.isEmpty()) {
      List<String> numbered = new ArrayList<>();
      for (int i = 0; i < features; i++) {
        numbered.add("f" + i);
      }
      return numbered;
    }
    if (names.size() != features) {
      throw new ModelFormatException(
          "it names %d columns and has %d".formatted(names.size(), features));
    }
    if (names.stream().distinct().count() != names.size()) {
      throw new ModelFormatException("two of its columns have the same name");
    }
    return names;
  }

  private void learner() throws IOException {
    source.beginObject();
    for (String key = source.nextKey(); key != null; key = source.nextKey()) {
      switch (key) {
        case "attributes" -> source.skip();
        case "feature_names" -> names = strings();
        case "feature_types" -> types();
        case "gradient_booster" -> booster();
        case "learner_model_param" -> parameters();
        case "objective" -> objective();
        default -> throw unknown(key, "learner");
      }
    }
  }

  private List<String> strings() throws IOException {
    List<String> out = new ArrayList<>();
    source.beginArray();
    while (source.nextElement()) {
      if (out.size() == ModelLimits.FEATURES) {
        throw new ModelFormatException("it has more than " + ModelLimits.FEATURES + " columns");
      }
      out.add(source.string());
    }
    return out;
  }

  private void types() throws IOException {
    if (strings().contains("c")) {
      throw categorical();
    }
  }

  private void parameters() throws IOException {
    source.beginObject();
    for (String key = source.nextKey(); key != null; key = source.nextKey()) {
      switch (key) {
        case "base_score" -> baseScore = source.string();
        case "num_feature" -> features = number(key);
        case "num_class" -> atMostOne(key, "classes");
        case "num_target" -> atMostOne(key, "targets");
        case "boost_from_average" -> source.skip();
        default -> throw unknown(key, "learner_model_param");
      }
    }
  }

  private void atMostOne(String key, String words) throws IOException {
    int count = number(key);
    if (count > 1) {
      throw new ModelFormatException(
          "it predicts " + count + " " + words + "; one output is supported");
    }
  }

  private int number(String key) throws IOException {
    String text = source.string();
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new ModelFormatException(key + " is '" + text + "', not a whole number");
    }
  }

  private void objective() throws IOException {
    source.beginObject();
    for (String key = source.nextKey(); key != null; key = source.nextKey()) {
      if (key.equals("name")) {
        objective = source.string();
      } else {
        source.skip();
      }
    }
  }

  private void booster() throws IOException {
    source.beginObject();
    for (String key = source.nextKey(); key != null; key = source.nextKey()) {
      switch (key) {
        case "name" -> {
          String name = source.string();
          if (!name.equals("gbtree")) {
            throw unsupportedBooster(name);
          }
        }
        case "model" -> model();
        case "gbtree", "weight_drop" -> throw unsupportedBooster("dart");
        default -> throw unknown(key, "gradient_booster");
      }
    }
  }

  private static ModelFormatException unsupportedBooster(String name) {
    return new ModelFormatException("the booster '" + name + "' is not supported; only gbtree is");
  }

  private void model() throws IOException {
    source.beginObject();
    for (String key = source.nextKey(); key != null; key = source.nextKey()) {
      switch (key) {
        case "trees" -> trees();
        case "weights", "boosted_rounds" -> throw unsupportedBooster("gblinear");
        case "weight_drop" -> throw unsupportedBooster("dart"); // So since XGBoost 3.4.
        case "cats" -> categories();
        case "gbtree_model_param", "iteration_indptr" -> source.skip();
        case "tree_info" -> groups();
        default -> throw unknown(key, "gradient_booster.model");
      }
    }
  }

  private void groups() throws IOException {
    for (int group : source.ints(ModelLimits.TREES)) {
      if (group != 0) {
        throw new ModelFormatException(
            "its trees belong to several outputs; one output is supported");
      }
    }
  }

  private void categories() throws IOException {
    source.beginObject();
    for (String key = source.nextKey(); key != null; key = source.nextKey()) {
      if (key.equals("enc")) {
        source.beginArray();
        if (source.nextElement()) {
          throw categorical();
        }
      } else {
        source.skip();
      }
    }
  }

  private void trees() throws IOException {
    source.beginArray();
    while (source.nextElement()) {
      if (trees.size() == ModelLimits.TREES) {
        throw new ModelFormatException("it has more than " + ModelLimits.TREES + " trees");
      }
      RawTree tree = new TreeReader(source, trees.size()).read(ModelLimits.NODES - nodes);
      nodes += tree.left().length;
      trees.add(tree);
    }
  }

  static ModelFormatException categorical() {
    return new ModelFormatException(
        "it splits on categories, which is not supported; encode them as numbers");
  }

  static ModelFormatException unknown(String key, String where) {
    return new ModelFormatException(
        "unknown key '%s' in %s; models of XGBoost 3.0 to 3.4 are supported".formatted(key, where));
  }

  private static String required(@Nullable String value, String key) throws ModelFormatException {
    if (value == null) {
      throw new ModelFormatException("'" + key + "' is missing");
    }
    return value;
  }
}
