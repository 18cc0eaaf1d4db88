import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { tokenizerFromJson } from "./hugging-face.js";
import { describeTokenizer } from "./tokenizer-suite.js";

const read = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
const json = read("./tiny-tokenizer.json");
const { vectors }: { vectors: { text: string; ids: number[] }[] } = read(
  "./tiny-tokenizer-vectors.json",
);

describeTokenizer(
  "a byte-level BPE tokenizer.json",
  () => tokenizerFromJson(json, "tiny"),
  (text) => text.includes("\u0004") || /[\u{40000}-\u{7FFFF}]/u.test(text),
);

describe("tokenizerFromJson", () => {
  test.each(vectors)("splits $text as the Python library does", async ({ text, ids }) => {
    const tokenizer = await tokenizerFromJson(json, "tiny");
    expect(Array.from(tokenizer.encode(text).ids)).toEqual(ids);
  });

  test("covers text that spells a special token with that token", async () => {
    const tokenizer = await tokenizerFromJson(json, "tiny");
    const { ids, offsets } = tokenizer.encode("<|im_start|>a");
    expect(Array.from(ids).slice(0, 1)).toEqual([1]);
    expect(Array.from(offsets)).toEqual([0, 12, 13]);
  });

  test("keeps the white space beside a token that would swallow it", async () => {
    const added = json.added_tokens.map((token: object) => ({
      ...token,
      lstrip: true,
      rstrip: true,
    }));
    const tokenizer = await tokenizerFromJson({ ...json, added_tokens: added }, "tiny");
    const text = "a  <|im_end|>  b";
    expect(tokenizer.decode(tokenizer.encode(text).ids)).toBe(text);
  });

  test("reads a character that the vocabulary cannot spell as U+FFFD", async () => {
    const tokenizer = await tokenizerFromJson(json, "tiny");
    const { ids, offsets } = tokenizer.encode("a\u0004b");
    expect(tokenizer.decode(ids)).toBe("a\uFFFDb");
    expect(offsets.at(-1)).toBe(3);
  });

  test.each([
    ["a Unigram model", { model: { type: "Unigram", vocab: [] } }],
    ["byte fallback", { model: { ...json.model, byte_fallback: true } }],
    ["the normalizer NFC", { normalizer: { type: "NFC" } }],
    ["the pre-tokenizer Metaspace", { pre_tokenizer: { type: "Metaspace" } }],
    ["a space added", { pre_tokenizer: { type: "ByteLevel", add_prefix_space: true } }],
  ])("refuses %s and says what it needs", async (found, change) => {
    await expect(tokenizerFromJson({ ...json, ...change }, "odd")).rejects.toMatchObject({
      code: "unknown-tokenizer",
      message: expect.stringMatching(new RegExp(`odd has .*${found}.*byte-level BPE`)),
    });
  });

  test.each([null, 3, "{}", [], {}, { model: {} }])("refuses %j", async (value) => {
    await expect(tokenizerFromJson(value, "odd")).rejects.toMatchObject({
      code: "unknown-tokenizer",
    });
  });

  test("names the id that it cannot decode", async () => {
    const tokenizer = await tokenizerFromJson(json, "tiny");
    expect(() => tokenizer.decode([70_000])).toThrow("Token 70000 is not in the vocabulary");
  });
});
