/** Small, empty and wrong inputs. */
import { describe, expect, it } from "vitest";
import { createHashScorer } from "../score/hash-scorer.js";
import type { TokenScorer } from "../score/types.js";
import type { PromptInput } from "../text/types.js";
import { loadCounter } from "../tokens/counters.js";
import { createCompressor } from "./compressor.js";
import type { Budget, CompressOptions } from "./types.js";

const counter = await loadCounter("cl100k_base");
const compressorWith = (scorer: TokenScorer = createHashScorer()) =>
  createCompressor({ scorer, counter });
const compress = (input: string | PromptInput, options: CompressOptions & Budget) =>
  compressorWith().compress(input, options);

const STORY =
  "The harbour master kept a ledger of every boat that came in, with its cargo and its crew. " +
  "On quiet days he would read old pages and wonder where the captains were now. " +
  "One of them, a woman from the northern islands, had paid in amber instead of coins.";
describe("an input with little in it", () => {
  it.each(["", "   \n\n", "a", "\0", "\ud800"])(
    "is returned as it is at rate 1: %j",
    async (text) => {
      expect(await compress(text, { rate: 1 })).toMatchObject({ text, original: text });
    },
  );

  it("is empty, at rate 1, where there is nothing", async () => {
    for (const input of ["", {}, { contexts: [] }, { contexts: ["", ""] }]) {
      expect(await compress(input, { rate: 0.5 })).toMatchObject({
        text: "",
        rate: 1,
        ratio: 1,
        spans: [],
      });
    }
  });

  it("shrinks white space like anything else", async () => {
    for (const text of [" \n".repeat(500), "\n\t \n".repeat(40), `a${" \n".repeat(99)}b`]) {
      const { compressedTokens, targetTokens } = await compress(text, { rate: 0.5 });
      expect(compressedTokens).toBeGreaterThan(0);
      expect(compressedTokens).toBeLessThanOrEqual(targetTokens);
    }
  });

  it("reaches its size where long runs of white space stand between the parts", async () => {
    const text = Array.from({ length: 8 }, (_, i) => `Word ${i} here.`).join("\n \t".repeat(12));
    const { originalTokens } = await compress(text, { rate: 1 });
    for (const missing of [1, 5, 20]) {
      const { compressedTokens, targetTokens } = await compress(text, {
        targetToken: originalTokens - missing,
      });
      expect(targetTokens - compressedTokens).toBeLessThanOrEqual(0.02 * targetTokens);
    }
  });

  it("keeps one token of one token", async () => {
    expect((await compress("word", { rate: 0.01 })).text).toBe("word");
  });

  it("is a clear error where a question alone is larger than the size", async () => {
    await expect(compress({ question: "only this?" }, { rate: 0.5 })).rejects.toMatchObject({
      code: "protected-too-large",
      message:
        "Cannot compress to 2 tokens: what must stay verbatim is 3 tokens (cl100k_base; question 3). " +
        "Ask for more tokens, protect less, or let instruction and question shrink (instructionRate, questionRate below 1).",
    });
  });

  it("is unchanged where the size is larger than the prompt", async () => {
    expect(await compress(STORY, { targetToken: 10_000 })).toMatchObject({ text: STORY, ratio: 1 });
  });
});

describe("bad input", () => {
  it.each([
    [STORY, { rate: 0 }, "invalid-option"],
    [STORY, { rate: "0.5" }, "invalid-option"],
    [STORY, { rate: 0.5, targetToken: 9 }, "invalid-option"],
    [STORY, {}, "invalid-option"],
    [STORY, undefined, "invalid-option"],
    [STORY, { targetToken: 2.5 }, "invalid-option"],
    [STORY, { rate: 0.5, preset: "fast" }, "invalid-option"],
    [STORY, { rate: 1, protect: [42] }, "invalid-option"],
    [null, { rate: 0.5 }, "invalid-prompt"],
    [[STORY], { rate: 0.5 }, "invalid-prompt"],
    [{ contexts: [STORY, 1] }, { rate: 0.5 }, "invalid-prompt"],
    [{ context: [STORY] }, { rate: 0.5 }, "invalid-prompt"],
  ])("is refused before a model runs: %#", async (input, options, code) => {
    const scorer = { ...createHashScorer(), score: () => Promise.reject(new Error("ran")) };
    const { compress: run } = compressorWith(scorer);
    const asked = run(input as string, options as CompressOptions & Budget);
    await expect(asked).rejects.toMatchObject({ code });
  });
});
