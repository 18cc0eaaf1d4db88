import fc from "fast-check";
import { describe, expect, test } from "vitest";
import recorded from "../../fixtures/metrics/rules.json" with { type: "json" };
import { type RuleName, score } from "./index.js";

const names = ["gsm8k", "bbh", "subspan"] as const;

/**
 * Accepted answers of which `evaluate.py` leaves nothing, and finds that in every text: any answer to
 * such an item would be right.
 */
const OTHERWISE = [
  ["anything", "the"],
  ["anything", ""],
  ["an_a", "an"],
];

function isOtherwise({ metric, answer, answers }: (typeof recorded)[number]): boolean {
  return metric === "subspan" && OTHERWISE.some(([text, a]) => text === answer && a === answers[0]);
}

describe.each(names)("%s", (name) => {
  const cases = recorded.filter((item) => item.metric === name && !isOtherwise(item));

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

describe("subspan of an accepted answer that is an article or a mark", () => {
  test("is 0 of the recorded texts that evaluate.py scores 1 whatever they say", () => {
    const cases = recorded.filter(isOtherwise);
    expect(cases).toHaveLength(OTHERWISE.length);
    for (const { answer, answers, scores } of cases) {
      expect(scores).toEqual({ subspan: 1, "subspan-any": 1 });
      expect(score("subspan", answer, answers)).toEqual({ subspan: 0, "subspan-any": 0 });
    }
  });

  test.each([
    [" a\n", "A", 1],
    ["The", "the ", 1],
    ["A or B", "A", 0],
    ["The end", "The", 0],
    ["?", "!", 0],
    ["no", "", 0],
    ["", "", 1],
  ])(
    "compares %j with %j as they are, but for case and spaces around",
    (answer, accepted, right) => {
      expect(score("subspan", answer, [accepted]).subspan).toBe(right);
    },
  );

  test("leaves other accepted answers as they are", () => {
    expect(score("subspan", "It is blue.", ["The", "blue"]).subspan).toBe(1);
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
