import { expect, it } from "vitest";
import { listOf, oneOf, wholeNumber } from "./options.js";

it.each(["", " ", "x", "1.5", "-1", "Infinity", "11"])(
  "does not take %j for a whole number from 0 to 10",
  (given) => {
    expect(() => wholeNumber("gold", given, 0, 10)).toThrow(
      `gold is ${given}; it must be a whole number from 0 to 10.`,
    );
  },
);

it("takes whole numbers as texts and as numbers, bounds included", () => {
  expect([wholeNumber("n", "0", 0, 10), wholeNumber("n", 10, 0, 10)]).toEqual([0, 10]);
});

it("names the values of a closed set", () => {
  expect(oneOf("only", "gold", ["gold"])).toBe("gold");
  expect(() => oneOf("distractors", "bm52", ["bm25", "random"])).toThrow(
    "distractors is bm52; it must be bm25 or random.",
  );
});

it("takes lists with spaces, each part once, but no empty parts", () => {
  expect(listOf("depths", "0, 50,100")).toEqual(["0", "50", "100"]);
  expect(listOf("depths", "50, 0,50")).toEqual(["50", "0"]);
  expect(() => listOf("depths", "0,,100")).toThrow('depths is "0,,100"');
});
