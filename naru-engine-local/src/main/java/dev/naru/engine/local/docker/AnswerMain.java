package dev.naru.engine.local.docker;

import dev.naru.core.engine.Question;
import dev.naru.core.engine.QuestionText;
import dev.naru.engine.local.FileAnswers;
import java.util.List;

/** Answers one question about files in a container that has their volumes. */
public final class AnswerMain {
  private AnswerMain() {}

  /**
   * Prints the answer as one line.
   *
   * @param words the question, as the engine wrote it
   */
  public static void main(String[] words) {
    Question question = QuestionText.readQuestion(List.of(words));
    System.out.println(QuestionText.write(new FileAnswers(QuestionText::place).answer(question)));
  }
}
