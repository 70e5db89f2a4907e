package dev.naru.serving.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.naru.serving.tree.ModelReader;
import dev.naru.serving.tree.Trained;
import dev.naru.serving.tree.TreeModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class V2ApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static TreeModel tree;

  private final AtomicBoolean ready = new AtomicBoolean(true);
  private V2Api api;

  @BeforeEach
  void serve() {
    api = new V2Api(new ServedModel("fraud", "3", tree), ready::get);
  }

  @BeforeAll
  static void train(@TempDir Path folder) throws Exception {
    tree =
        ModelReader.read(
            Trained.save(
                Trained.generated(800, 3, 2).train(10, "objective", "binary:logistic"),
                folder,
                "model.ubj"));
  }

  private static JsonNode json(Answer answer) throws Exception {
    return JSON.readTree(answer.json());
  }

  private Answer infer(String body) {
    return api.answer(
        "POST",
        "/v2/models/fraud/infer",
        "application/json",
        body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private double score(String body) throws Exception {
    Answer answer = infer(body);
    assertThat(answer.status().code()).as(answer.json()).isEqualTo(200);
    return json(answer).at("/outputs/0/data/0").asDouble();
  }

  private double expected(float... row) {
    return tree.score(row, 0);
  }

  private static String column(int number, String datatype, String values, int rows) {
    return "{'name':'column_%d','datatype':'%s','shape':[%d],'data':[%s]}"
        .formatted(number, datatype, rows, values);
  }

  @Test
  void answersNamedColumnsInAnyOrderWithTheTransformedScore() throws Exception {
    Answer answer =
        infer(
            "{'id':'a-1','inputs':[%s,%s,%s]}"
                .formatted(
                    column(2, "INT32", "1,-2", 2),
                    column(0, "FP64", "0.5,1.5e0", 2),
                    column(1, "BOOL", "true,false", 2)));
    assertThat(json(answer))
        .isEqualTo(
            JSON.readTree(
                """
                {"model_name":"fraud","model_version":"3","id":"a-1","outputs":[
                  {"name":"score","datatype":"FP64","shape":[2],"data":[%s,%s]}]}
                """
                    .formatted(expected(0.5f, 1, 1), expected(1.5f, 0, -2))));
  }

  @Test
  void takesAbsentColumnsAndNullAsMissing() throws Exception {
    assertThat(score("{'inputs':[%s]}".formatted(column(1, "FP64", "2", 1))))
        .isEqualTo(expected(Float.NaN, 2, Float.NaN));
    assertThat(
            score(
                "{'inputs':[%s,%s]}"
                    .formatted(column(0, "FP64", "null", 1), column(1, "FP64", "2", 1))))
        .isEqualTo(expected(Float.NaN, 2, Float.NaN));
  }

  @Test
  void takesOneTensorOfAllColumnsNestedOrFlat() throws Exception {
    String tensor =
        "{'inputs':[{'name':'input','datatype':'FP32','shape':[1,3],'data':%s}],'parameters':{'a':[1]}}";
    assertThat(score(tensor.formatted("[0.5,null,-1]"))).isEqualTo(expected(0.5f, Float.NaN, -1));
    assertThat(score(tensor.formatted("[[0.5,null,-1]]"))).isEqualTo(expected(0.5f, Float.NaN, -1));
    assertThat(
            score(
                "{'inputs':[{'name':'column_0','datatype':'FP32','shape':[1,1],'data':[[2]]}],'outputs':[{'name':'score'}]}"))
        .isEqualTo(expected(2, Float.NaN, Float.NaN));
  }

  @Test
  void namesAnUnknownColumnAndTheOneProbablyMeant() throws Exception {
    Answer answer =
        infer("{'inputs':[{'name':'colum_1','datatype':'FP64','shape':[1],'data':[1]}]}");
    assertThat(answer.status().code()).isEqualTo(400);
    assertThat(json(answer).get("error").asText())
        .isEqualTo("unknown column 'colum_1'; did you mean 'column_1'?");
  }

  @Test
  void reportsAllProblemsOfARequestAtOnce() throws Exception {
    Answer answer =
        infer(
            "{'input':1,'inputs':[%s,%s,{'name':'column_2','datatype':'FP64','shape':[-1],'data':['x']},7]}"
                .formatted(column(0, "BYTES", "1", 1), column(1, "FP64", "1e300,2", 1)));
    assertThat(answer.status().code()).isEqualTo(400);
    assertThat(json(answer).get("error").asText())
        .contains("unknown key 'input'; did you mean 'inputs'?")
        .contains("'column_0' has the datatype BYTES")
        .contains("1e300 is out of range")
        .contains("tensor 'column_1' has the shape [1] and 2 values")
        .contains("inputs[2].shape is not an array of 1 to 4 sizes")
        .contains("inputs[2].data holds something else than numbers")
        .contains("inputs[3] is not an object");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "not json                                                   | not valid JSON at line 1,"
            + " column",
        "{'inputs':[]}                                              | 'inputs' is missing or empty",
        "[]                                                         | not a JSON object with"
            + " 'inputs'",
        "{'inputs':[]} {}                                           | something follows the JSON"
            + " object",
        "{'inputs':[],'inputs':[]}                                  | Duplicate field 'inputs'",
        "{'inputs':[{'name':'column_0','datatype':'FP64','shape':[1],'data':[NaN]}]}  | not valid"
            + " JSON",
        "{'inputs':[{'name':'column_0','datatype':'FP64','shape':[0],'data':[]}]}     | 0 rows; 1"
            + " to 4096",
        "{'inputs':[{'name':'table','datatype':'FP64','shape':[1,2],'data':[1,2]}]}   | of all"
            + " columns has the shape [n, 3]",
        "{'inputs':[{'name':'column_0','datatype':'BOOL','shape':[1],'data':[1]}]}    | is not"
            + " BOOL",
        "{'inputs':[{'name':'column_0','datatype':'FP64','shape':[1],'data':[true]}]} | is not"
            + " FP64",
        "{'inputs':[{'name':'column_0','datatype':'FP64','shape':[1]}]}               | needs name,"
            + " shape, datatype and data",
        "{'inputs':[{'name':'column_0','datatype':'FP64','shape':[1],'data':[1]}],'outputs':[{'name':'x'}]}"
            + " | unknown output 'x'",
      })
  void saysWhatIsWrongWithABody(String body, String words) throws Exception {
    Answer answer = infer(body);
    assertThat(answer.status().code()).isEqualTo(400);
    assertThat(json(answer).get("error").asText()).contains(words);
  }

  @Test
  void refusesTwoOfOneColumnAndColumnsOfDifferentLength() throws Exception {
    assertThat(
            infer(
                    "{'inputs':[%s,%s]}"
                        .formatted(column(0, "FP64", "1", 1), column(0, "FP64", "1", 1)))
                .json())
        .contains("column 'column_0' is given twice");
    assertThat(
            infer(
                    "{'inputs':[%s,%s]}"
                        .formatted(column(0, "FP64", "1", 1), column(1, "FP64", "1,2", 2)))
                .json())
        .contains("column 'column_1' has 2 rows, the first one has 1");
  }

  @Test
  void describesTheModel() throws Exception {
    for (String path : new String[] {"/v2/models/fraud", "/v2/models/fraud/versions/3"}) {
      JsonNode metadata = json(api.answer("GET", path, "", new byte[0]));
      assertThat(metadata.get("name").asText()).isEqualTo("fraud");
      assertThat(metadata.get("versions")).isEqualTo(JSON.readTree("[\"3\"]"));
      assertThat(metadata.get("inputs"))
          .isEqualTo(
              JSON.readTree(
                  """
                  [{"name":"column_0","datatype":"FP64","shape":[-1]},
                   {"name":"column_1","datatype":"FP64","shape":[-1]},
                   {"name":"column_2","datatype":"FP64","shape":[-1]}]
                  """));
      assertThat(metadata.get("outputs"))
          .isEqualTo(JSON.readTree("[{\"name\":\"score\",\"datatype\":\"FP64\",\"shape\":[-1]}]"));
    }
    assertThat(json(api.answer("GET", "/v2", "", new byte[0])).get("name").asText())
        .isEqualTo("naru");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/v2/health/live,200",
    "GET,/v2/health/ready,200",
    "GET,/v2/models/fraud/ready,200",
    "GET,/v2/models/fraud/versions/3/ready,200",
    "POST,/v2/models/fraud/versions/3/infer,400",
    "GET,/v2/models/credit,404",
    "GET,/v2/models/fraud/versions/2,404",
    "GET,/v2/models/fraud/explain,404",
    "GET,/v1/models,404",
    "GET,/v2/models/fraud/infer,405",
    "POST,/v2/health/ready,405",
  })
  void knowsItsAddressesAndTheirMethods(String method, String path, int status) {
    assertThat(api.answer(method, path, "", "{}".getBytes(StandardCharsets.UTF_8)).status().code())
        .isEqualTo(status);
  }

  @Test
  void refusesOtherBodiesThanJson() {
    assertThat(
            api.answer("POST", "/v2/models/fraud/infer", "application/octet-stream", new byte[0])
                .status()
                .code())
        .isEqualTo(415);
    assertThat(
            api.answer(
                    "POST",
                    "/v2/models/fraud/infer",
                    "Application/JSON; charset=utf-8",
                    "{}".getBytes(StandardCharsets.UTF_8))
                .status()
                .code())
        .isEqualTo(400);
  }

  @Test
  void isNotReadyButAliveWhileItDrains() {
    ready.set(false);
    assertThat(api.answer("GET", "/v2/health/ready", "", new byte[0]).status().code())
        .isEqualTo(503);
    assertThat(api.answer("GET", "/v2/models/fraud/ready", "", new byte[0]).status().code())
        .isEqualTo(503);
    assertThat(api.answer("GET", "/v2/health/live", "", new byte[0]).status().code())
        .isEqualTo(200);
  }
}
