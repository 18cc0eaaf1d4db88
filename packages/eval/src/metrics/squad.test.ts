import fc from "fast-check";
import { expect, test } from "vitest";
import recorded from "../../fixtures/metrics/words.json" with { type: "json" };
import { scoreExact, scoreF1 } from "./squad.js";

test.each(recorded)("$answer against $answers scores as SQuAD's script does", (item) => {
  expect(scoreExact(item.answer, item.answers).exact).toBe(item.exact);
  expect(scoreF1(item.answer, item.answers).f1).toBeCloseTo(item.f1, 12);
});

test("a text equals itself, and F1 does not heed the order of words", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      const text = words.join(" ");
      expect(scoreExact(text, [text]).exact).toBe(1);
      expect(scoreF1(text, [text]).f1).toBe(1);
    }),
  );
  expect(scoreF1("fox brown quick", ["quick brown fox"]).f1).toBe(1);
});

test("Chinese is compared by characters and English words in it as words", () => {
  expect(scoreF1("北京 Beijing", ["北京市 Beijing"]).f1).toBeCloseTo(6 / 7, 12);
  expect(scoreF1("Bei", ["北京 Beijing"]).f1).toBe(0);
});
