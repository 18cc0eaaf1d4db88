import fc from "fast-check";
import { expect, test } from "vitest";
import { createEncoderInputs, firstTokens } from "./encoder-inputs.js";
import { specialTokensOf } from "./special-tokens.js";

/** A token for each two letters of a word; unpaired surrogates would be seen. */
const encode = (text: string) =>
  text.split(/\s+/).flatMap((word) => {
    const letters = Array.from(word, (letter) => letter.codePointAt(0) ?? 0);
    return letters.filter((_, index) => index % 2 === 0);
  });

const text = fc
  .array(fc.oneof(fc.constantFrom("a", "bc", "def", "\n"), fc.string({ maxLength: 40 })), {
    maxLength: 200,
  })
  .map((words) => words.join(" "));

test("the first tokens of a text are those of the whole text, however little is read", () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 20 }), (value, most) => {
      expect(firstTokens(encode, value, most)).toEqual(encode(value).slice(0, most));
    }),
  );
});

test("a cut never splits a character", () => {
  const text = "\u{1f600}".repeat(2000);
  for (const most of [1, 2, 3, 7]) {
    expect(firstTokens(encode, `x${text}`, most)).toEqual(encode(`x${text}`).slice(0, most));
  }
});

test("a row never has more tokens than the model reads, and only documents are cut", () => {
  const bert = specialTokensOf({ type: "BertProcessing", sep: ["s", 3], cls: ["c", 2] }, "x");
  const inputs = createEncoderInputs(encode, bert, 16);
  fc.assert(
    fc.property(text, fc.array(fc.constant("q"), { maxLength: 9 }), (document, words) => {
      expect(inputs.single(document).ids.length).toBeLessThanOrEqual(16);
      const query = words.join(" ");
      const { ids, typeIds } = inputs.pairsWith(query)(document);
      expect(ids.length).toBe(typeIds.length);
      expect(ids.length).toBe(Math.min(16, 3 + encode(query).length + encode(document).length));
      expect(ids.slice(1, 1 + encode(query).length)).toEqual(encode(query));
    }),
  );
  expect(() => inputs.pairsWith("q ".repeat(10))).toThrow("The query has more than 9 tokens");
});
