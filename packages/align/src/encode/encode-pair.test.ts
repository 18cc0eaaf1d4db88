import { readFile } from "node:fs/promises";
import { tokenizerFromJson } from "@llmlingua/core";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Pair } from "../pairs/types.js";
import { type EncodeOptions, encodePair, TEMPLATES } from "./encode-pair.js";

type Tokenizer = Awaited<ReturnType<typeof tokenizerFromJson>>;

let tokenizer: Tokenizer;
beforeAll(async () => {
  const text = await readFile(new URL("tokenizer.json", modelDirectory), "utf8");
  tokenizer = await tokenizerFromJson(JSON.parse(text), "smollm2");
});

const pairOf = (question: string, answer: string, finished?: boolean): Pair => ({
  id: "0",
  messages: [{ role: "user", content: question }],
  answer,
  finished,
});

const encoded = (pair: Pair, options: Partial<EncodeOptions> = {}) => {
  const { ids, from, cut } = encodePair(pair, tokenizer, {
    ...{ template: "plain", maxTokens: 256 },
    ...options,
  });
  return { prompt: [...ids.slice(0, from)], answer: [...ids.slice(from)], cut };
};

describe("a pair in tokens", () => {
  test("is bare text between start and end tokens", () => {
    const { prompt, answer, cut } = encoded(pairOf("Where is Paris?", "In France."));
    expect([prompt[0], answer.at(-1), cut]).toEqual([0, 0, "none"]);
    const text = tokenizer.decode([...prompt.slice(1), ...answer.slice(0, -1)]);
    expect(text).toBe("Where is Paris?\n\nIn France.");
    expect(tokenizer.decode(answer.slice(0, -1))).toBe("In France.");
  });

  test("has no end token where the target did not finish", () => {
    expect(encoded(pairOf("Q", "An answer", false)).answer.at(-1)).not.toBe(0);
    expect(encoded(pairOf("Q", "An answer", true)).answer.at(-1)).toBe(0);
  });

  test("is in the instruct model's form where that is asked for", () => {
    const { prompt, answer } = encoded(pairOf("Hi", "Hello!"), { template: "chatml" });
    expect(tokenizer.decode([...prompt, ...answer])).toBe(
      "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello!<|im_end|>",
    );
    expect(tokenizer.decode(answer)).toBe("Hello!<|im_end|>");
  });

  test("counts every token of an answer's first character as the answer's", () => {
    for (const template of TEMPLATES) {
      const { answer } = encoded(pairOf("Which fruit?", "🍉, of course."), { template });
      expect(tokenizer.decode(answer.slice(0, -1))).toBe("🍉, of course.");
    }
  });

  test("loses the beginning of a long prompt, and no token of the answer", () => {
    const pair = pairOf("word ".repeat(500), "The answer.");
    const { prompt, answer, cut } = encoded(pair, { maxTokens: 64 });
    expect([prompt[0], prompt.length + answer.length, cut]).toEqual([0, 64, "prompt"]);
    expect(answer).toEqual(encoded(pair, { maxTokens: 2000 }).answer);
  });

  test("loses the end of an answer longer than the window, and says so", () => {
    const pair = pairOf("Short?", "word ".repeat(500));
    const { answer, cut } = encoded(pair, { maxTokens: 64 });
    expect(cut).toBe("answer");
    expect(answer).toEqual(encoded(pair, { maxTokens: 2000 }).answer.slice(0, answer.length));
    const both = encoded(pairOf("word ".repeat(500), "word ".repeat(500)), { maxTokens: 64 });
    expect([both.cut, both.answer.length]).toEqual(["both", 32]);
  });

  test("never is longer than the window, and no answer token is lost without a word", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 120 });
    const any = fc.record({
      template: fc.constantFrom(...TEMPLATES),
      maxTokens: fc.integer({ min: 16, max: 200 }),
    });
    fc.assert(
      fc.property(text, text, any, (question, answer, options) => {
        const pair = pairOf(question, answer);
        const whole = encodePair(pair, tokenizer, { ...options, maxTokens: 10_000 });
        const { ids, from, cut } = encodePair(pair, tokenizer, options);
        expect(ids.length).toBeLessThanOrEqual(options.maxTokens);
        expect(from).toBeGreaterThan(0);
        const said = whole.ids.slice(whole.from);
        expect(ids.slice(from)).toEqual(said.slice(0, ids.length - from));
        const isWhole = ids.length - from === said.length;
        expect(isWhole).toBe(cut === "none" || cut === "prompt");
        if (cut === "none") expect(ids).toEqual(whole.ids);
        if (!isWhole) expect(ids.length - from).toBeGreaterThanOrEqual(options.maxTokens / 2);
      }),
      { numRuns: 200 },
    );
  });
});
