import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstOfContinuation } from "./alignment.js";

/** Where the tokens of the continuation begin, as texts. */
const continuationOf = (tokens: readonly string[], prompt: string, continuation: string) => {
  const first = firstOfContinuation(tokens, prompt, continuation);
  return first === undefined ? undefined : tokens.slice(first);
};

describe("tokens of a continuation", () => {
  test.each<[string, string[], string, string, string[] | undefined]>([
    ["whole words", ["The", " sky", " is", " blue"], "The sky", " is blue", [" is", " blue"]],
    ["a token over the boundary", ["Is", " blue"], "Is ", "blue", [" blue"]],
    ["a start token", ["<s>", "Hi", " you"], "Hi", " you", [" you"]],
    ["a start token before nothing", ["<s>", "Hi"], "", "Hi", ["Hi"]],
    ["Chinese", ["天", "空是", "蓝色"], "天空", "是蓝色", ["空是", "蓝色"]],
    [
      "an emoji in parts that its last token completes",
      ["a", "", "", "😀", "!"],
      "a",
      "😀!",
      ["", "", "😀", "!"],
    ],
    ["an emoji in parts that end the prompt", ["a", "", "", "😀", "!"], "a😀", "!", ["!"]],
    ["an emoji in parts of nothing", ["a", "", "", "", "!"], "a", "😀!", ["", "", "", "!"]],
    ["parts of nothing in the prompt", ["a", "", "", "", "!"], "a😀", "!", ["!"]],
    ["replacement characters", ["a", " �", "�", "x"], "a", " 😀x", [" �", "�", "x"]],
    [
      "replacement characters on both sides",
      ["a", "�", "�", "b", "�", "�", "�"],
      "a你b",
      "好",
      ["�", "�", "�"],
    ],
    [
      "bytes",
      ["a", "bytes:\\xf0\\x9f", "bytes:\\x98\\x80", "x"],
      "a",
      "😀x",
      ["bytes:\\xf0\\x9f", "bytes:\\x98\\x80", "x"],
    ],
    [
      "bytes over the boundary",
      ["a", "bytes:\\xe4\\xbd", "bytes:\\xa0\\xe5", "bytes:\\xa5\\xbd"],
      "a你",
      "好",
      ["bytes:\\xa0\\xe5", "bytes:\\xa5\\xbd"],
    ],
    ["words without their spaces", ["<s>", "The", "sky", "is"], "The sky", " is", ["is"]],
    ["words without spaces, the prompt's own last", ["The", "sky"], "The ", "sky", ["sky"]],
    ["other words", ["The", " sea"], "The", " sky", undefined],
    ["too few", [" sky"], "The", "The sky", undefined],
  ])("are found: %s", (_, tokens, prompt, continuation, expected) => {
    expect(continuationOf(tokens, prompt, continuation)).toEqual(expected);
  });

  test("never lack a log-probability", () => {
    expect(firstOfContinuation(["Hi", "!"], "", "Hi!", 1)).toBeUndefined();
    expect(firstOfContinuation(["", "", "😀"], "", "😀", 1)).toBe(1);
  });

  test("are all that end behind the prompt, wherever texts are cut", () => {
    const words = fc.array(fc.string({ unit: "grapheme", minLength: 1 }), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.nat(), (tokens, place) => {
        const text = tokens.join("");
        const at = place % text.length;
        if (!text.slice(0, at).isWellFormed()) return;
        const ends = tokens.map((_, i) => tokens.slice(0, i + 1).join("").length);
        const expected = ends.findIndex((end) => end > at);
        expect(firstOfContinuation(tokens, text.slice(0, at), text.slice(at))).toBe(expected);
      }),
    );
  });

  test("are found in bytes, one a token", () => {
    const text = fc
      .string({ unit: "binary", minLength: 1, maxLength: 20 })
      .filter((all) => all.isWellFormed());
    fc.assert(
      fc.property(text, text, (prompt, continuation) => {
        const bytes = (of: string) =>
          Array.from(Buffer.from(of), (byte) => `bytes:\\x${byte.toString(16).padStart(2, "0")}`);
        const tokens = ["<s>", ...bytes(prompt), ...bytes(continuation)];
        const first = firstOfContinuation(tokens, prompt, continuation);
        expect(first).toBe(1 + Buffer.byteLength(prompt));
      }),
      { numRuns: 50 },
    );
  });
});
