import { expect, test } from "vitest";
import { counted, quoted } from "./words.js";

test("one is not many", () => {
  expect([0, 1, 2].map((count) => counted(count, "pair"))).toEqual([
    "0 pairs",
    "1 pair",
    "2 pairs",
  ]);
});

test("a word is quoted where a shell would read it otherwise", () => {
  expect(["a/b-1.5,c", "two words", "it's", "$HOME", ""].map(quoted)).toEqual([
    "a/b-1.5,c",
    "'two words'",
    "'it'\\''s'",
    "'$HOME'",
    "''",
  ]);
});
