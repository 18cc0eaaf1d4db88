import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  COUNTER_ENCODINGS,
  counterFromTokenizer,
  counterFromTokenizerJson,
  loadCounter,
} from "./counters.js";
import { loadHuggingFace, tokenizerFromJson } from "./hugging-face.js";
import { readTokenizerJson } from "./tokenizer-json.js";

const json = JSON.parse(readFileSync(new URL("./tiny-tokenizer.json", import.meta.url), "utf8"));

describe("loadCounter", () => {
  test.each([
    ["cl100k_base", 5],
    ["o200k_base", 5],
    ["o200k_harmony", 5],
    ["p50k_base", 5],
    ["r50k_base", 5],
  ])("counts with %s", async (name, tokens) => {
    const counter = await loadCounter(name);
    expect(counter.name).toBe(name);
    expect(counter.count("The quick brown fox.")).toBe(tokens);
    expect(counter.count("")).toBe(0);
  });

  test.each([
    ["gpt-4o", "o200k_base"],
    ["gpt-5", "o200k_base"],
    ["o3-mini", "o200k_base"],
    ["gpt-oss-20b", "o200k_harmony"],
    ["gpt-4", "cl100k_base"],
    ["gpt-3.5-turbo", "cl100k_base"],
    ["gpt-3.5-turbo-16k", "cl100k_base"],
    ["text-embedding-3-small", "cl100k_base"],
    ["text-davinci-003", "p50k_base"],
    ["gpt2", "r50k_base"],
    ["openai/gpt-4o-2099-01-01", "o200k_base"],
    ["ft:gpt-3.5-turbo-0125:acme::abc", "cl100k_base"],
    ["gpt-4-0613", "cl100k_base"],
    ["gpt-4-0125-preview", "cl100k_base"],
    ["gpt-5-latest", "o200k_base"],
  ])("counts for the model %s with %s", async (model, encoding) => {
    expect((await loadCounter(model)).name).toBe(encoding);
  });

  test.each([
    "claude",
    "",
    "gpt",
    "constructor",
    "gpt-4-nonsense",
    "gpt-4-",
    "gpt-4-12",
    "-preview",
    "ft:gpt-4-nonsense:acme",
    "ft:",
  ])("lists the choices for %j", async (name) => {
    await expect(loadCounter(name)).rejects.toMatchObject({
      code: "unknown-tokenizer",
      message: expect.stringContaining(COUNTER_ENCODINGS.join(", ")),
    });
  });

  test("counts text that looks like a special token as plain text", async () => {
    const { count } = await loadCounter("cl100k_base");
    expect(count("<|endoftext|>")).toBeGreaterThan(1);
    expect(count("a<|im_start|>b")).toBeGreaterThan(3);
  });

  test("counts a long text as the encoding does in one go", async () => {
    const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
    const { count } = await loadCounter("o200k_base");
    const unit = fc.constantFrom(
      "word",
      " ",
      "  ",
      "\n",
      ". ",
      "don't",
      "字",
      "。",
      "é",
      "42",
      "/",
      "😀",
    );
    fc.assert(
      fc.property(fc.string({ unit, minLength: 500, maxLength: 1500 }), (text) => {
        expect(count(text)).toBe(countTokens(text));
      }),
      { numRuns: 30 },
    );
  });

  const GIANTS = [
    "a",
    "-=",
    " ",
    "\r\n",
    "_",
    "7",
    "字",
    "ภาษาไทย",
    "😀",
    "👩‍👩‍👧",
    "ab/",
    "漢字仮名交",
  ];
  test.each(COUNTER_ENCODINGS)("counts unbroken runs to the token with %s", async (name) => {
    const { countTokens } = await import(/* @vite-ignore */ `gpt-tokenizer/encoding/${name}`);
    const { count } = await loadCounter(name);
    for (const unit of GIANTS) {
      const text = `x${unit.repeat(Math.ceil(6000 / unit.length))}`;
      expect([unit, count(text)]).toEqual([unit, countTokens(text)]);
    }
  });

  test("leaves no half character behind in the library", async () => {
    const { decode, encode } = await import("gpt-tokenizer/encoding/cl100k_base");
    (await loadCounter("cl100k_base")).count("漢字仮名交".repeat(1000));
    expect(decode(encode("漢😀\u{F0000}"))).toBe("漢😀\u{F0000}");
  });

  test("counts text with lone surrogates", async () => {
    const { count } = await loadCounter("cl100k_base");
    expect(count("\ud83d".repeat(3000))).toBe(750);
  });

  test("does not hang on giant words, spaces and emoji", async () => {
    const { count } = await loadCounter("cl100k_base");
    const start = performance.now();
    for (const unit of ["a", " ", "\n", "😀", "7", "!", "-=", "字", "漢字仮名交"]) {
      expect(count(unit.repeat(200_000))).toBeGreaterThan(1000);
    }
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe("counters from a tokenizer.json", () => {
  test("count what the tokenizer makes of the text", async () => {
    const tokenizer = await tokenizerFromJson(json, "tiny");
    const text = "The quick brown fox jumps over 1,234 dogs. ".repeat(200);
    const tokens = tokenizer.encode(text).ids.length;
    expect((await counterFromTokenizerJson(json, "tiny")).count(text)).toBe(tokens);
    expect(counterFromTokenizer(tokenizer)).toMatchObject({ name: "tiny" });
    expect(counterFromTokenizer(tokenizer).count(text)).toBe(tokens);
  });

  test("count text that looks like a special token as plain text", async () => {
    const { count } = await counterFromTokenizerJson(json, "tiny");
    expect(count("<|im_start|>")).toBeGreaterThan(1);
  });

  test("count unbroken runs within one in a hundred", async () => {
    const tokenizer = await loadHuggingFace(readTokenizerJson(json, "tiny"), "tiny");
    const { count } = await counterFromTokenizerJson(json, "tiny");
    for (const unit of ["-=", "a", " ", "字"]) {
      const text = unit.repeat(20_000);
      const tokens = tokenizer.tokenize(text).length;
      expect(Math.abs(count(text) / tokens - 1)).toBeLessThan(0.01);
    }
  });

  test("count with a tokenizer that has no exact offsets", async () => {
    const vocab = { "[UNK]": 0, the: 1, fox: 2, "##es": 3 };
    const wordPiece = {
      model: { type: "WordPiece", vocab, unk_token: "[UNK]", continuing_subword_prefix: "##" },
      normalizer: { type: "BertNormalizer", lowercase: true },
      pre_tokenizer: { type: "BertPreTokenizer" },
      added_tokens: [],
    };
    const { count } = await counterFromTokenizerJson(wordPiece, "bert");
    expect(count("The foxes")).toBe(3);
  });
});
