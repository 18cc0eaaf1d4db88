import fc from "fast-check";
import { describe, expect, test } from "vitest";
import recorded from "../../fixtures/metrics/rules.json" with { type: "json" };
import { type RuleName, score } from "./index.js";

const names = ["gsm8k", "bbh", "subspan"] as const;

describe.each(names)("%s", (name) => {
  const cases = recorded.filter(({ metric }) => metric === name);

  test.each(cases)("scores $answer against $answers as evaluate.py does", (item) => {
    expect(score(name, item.answer, item.answers)).toEqual(item.scores);
  });

  test("is yes or no for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const value of Object.values(score(name, text, ["12"])))
          expect([0, 1]).toContain(value);
      }),
    );
  });

  test("finds a number said plainly", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (number) => {
        const scores = score(name, `So the answer is ${number}.`, [String(number)]);
        for (const value of Object.values(scores)) expect(value).toBe(1);
      }),
    );
  });
});

test("at least 150 texts are recorded", () => {
  expect(recorded.length).toBeGreaterThanOrEqual(150);
});

test.each([[[]], [["twelve"]], [[""]], [["0x10"]]])(
  "gsm8k refuses %j, which is no number",
  (answers) => {
    expect(() => score("gsm8k", "12", answers)).toThrow(/expects a number/);
  },
);

test.each<RuleName>(["exact", "f1", "rouge", "bleu", "subspan"])(
  "%s of no accepted answers is 0",
  (metric) => {
    for (const value of Object.values(score(metric, "12", []))) expect(value).toBe(0);
  },
);
