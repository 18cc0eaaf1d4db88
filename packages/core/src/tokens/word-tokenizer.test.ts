import { expect, test } from "vitest";
import { describeTokenizer } from "./tokenizer-suite.js";
import { createWordTokenizer } from "./word-tokenizer.js";

describeTokenizer("the word tokenizer", async () => createWordTokenizer());

const words = (text: string) => {
  const { ids, offsets } = createWordTokenizer().encode(text);
  return Array.from(ids, (_, index) => text.slice(offsets[index], offsets[index + 1]));
};

test("takes words with the space before them, and characters where there are no words", () => {
  expect(words("The cat, it_1 sat.")).toEqual(["The", " cat", ",", " it_1", " sat", "."]);
  expect(words("漢字 a")).toEqual(["漢", "字", " a"]);
  expect(words("a\n\n  b")).toEqual(["a", "\n\n ", " b"]);
});

test("gives a word the same id in every tokenizer", () => {
  const [one, two] = [createWordTokenizer(), createWordTokenizer()];
  two.encode("other words first");
  expect(one.encode("same text").ids).toEqual(two.encode("same text").ids);
});

test("decodes only what it has seen", () => {
  expect(() => createWordTokenizer().decode([1])).toThrow("never seen");
});
