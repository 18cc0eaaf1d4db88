import fc from "fast-check";
import { expect, test } from "vitest";
import recorded from "../../fixtures/metrics/overlap.json" with { type: "json" };
import stems from "../../fixtures/metrics/stems.json" with { type: "json" };
import { corpusBleu, score } from "./index.js";
import { stem } from "./porter.js";

const METRICS = ["rouge", "bleu"] as const;

test("words are stemmed as NLTK stems them", () => {
  expect(Object.fromEntries(Object.keys(stems).map((word) => [word, stem(word)]))).toEqual(stems);
});

test.each(recorded.pairs)(
  "$answer scores as rouge-score and sacrebleu say",
  ({ answer, answers, scores }) => {
    const found = { ...score("rouge", answer, answers), ...score("bleu", answer, answers) };
    expect(Object.keys(found)).toEqual(Object.keys(scores));
    for (const [name, value] of Object.entries(scores)) expect(found[name]).toBeCloseTo(value, 9);
  },
);

test("BLEU of a corpus is sacrebleu's, also where no answer has four words", () => {
  expect(corpusBleu(recorded.pairs)).toBeCloseTo(recorded.corpusBleu, 9);
  const short = ["yes", "no"].map((answers) => ({ answer: answers, answers: [answers] }));
  expect(corpusBleu(short)).toBe(recorded.shortCorpusBleu);
  expect(corpusBleu([])).toBe(0);
});

test("scores lie in 0 … 1, and a text of words matches itself in full", () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (answer, answers) => {
      for (const metric of METRICS) {
        for (const value of Object.values(score(metric, answer, answers))) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
      }
    }),
  );
  const text = "The quick brown fox jumps over the lazy dog.";
  const full = { "rouge-1": 1, "rouge-2": 1, "rouge-l": 1 };
  expect(score("rouge", text, ["other", text])).toEqual(full);
  expect(score("bleu", text, ["other", text]).bleu).toBeCloseTo(1, 12);
});

test("another reference never lowers ROUGE", () => {
  const words = fc.array(fc.constantFrom("red", "fox", "dogs", "running"), { maxLength: 8 });
  fc.assert(
    fc.property(words, words, words, (answer, one, other) => {
      const [text, first, second] = [answer, one, other].map((list) => list.join(" "));
      const fewer = score("rouge", text, [first]);
      const more = score("rouge", text, [first, second]);
      for (const name of Object.keys(fewer)) expect(more[name]).toBeGreaterThanOrEqual(fewer[name]);
    }),
  );
});
