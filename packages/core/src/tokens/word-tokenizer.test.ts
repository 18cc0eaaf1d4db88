import { expect, test } from "vitest";
import { encodePieces } from "./pieces.js";
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

test("cuts a long word after sixteen characters, and never inside one", () => {
  const blob = words(`see ${"a".repeat(200_000)}`);
  expect(blob.join("")).toBe(`see ${"a".repeat(200_000)}`);
  expect(Math.max(...blob.map((word) => word.length))).toBe(16);
  expect(words("a".repeat(18))).toEqual(["a".repeat(16), "aa"]);
  expect(words("क्षि".repeat(6)).join("|")).toBe("क्षिक्षिक्षिक्षि|क्षिक्षि");
  expect(words(`a${"\u0301".repeat(40)}b`)).toEqual([`a${"\u0301".repeat(40)}`, "b"]);
  for (const word of words("𠮷x".repeat(30))) expect(word.isWellFormed()).toBe(true);
});

test("cuts a long word at the same places piece by piece", async () => {
  const tokenizer = createWordTokenizer();
  const text = `some words ${"b".repeat(20_000)} and ${"9".repeat(9_001)}`;
  expect(await encodePieces(tokenizer, text)).toEqual(tokenizer.encode(text));
});
