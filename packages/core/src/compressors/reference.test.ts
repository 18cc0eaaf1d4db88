import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compressPrompt, referenceModel } from "../compat/index.js";
import { createHashScorer } from "../score/hash-scorer.js";
import type { PromptInput } from "../text/types.js";
import { loadCounter } from "../tokens/counters.js";
import { tokenizerFromJson } from "../tokens/hugging-face.js";
import { createCompressor } from "./compressor.js";
import type { Budget, CompressOptions } from "./types.js";

const counter = await loadCounter("cl100k_base");
const tinyJson = readFileSync(new URL("../tokens/tiny-tokenizer.json", import.meta.url), "utf8");
const tiny = await tokenizerFromJson(JSON.parse(tinyJson), "tiny");
const scorer = createHashScorer();
const names = "river stone harbour light ledger morning captain window market".split(" ");
const contexts = [1, 2, 3, 4].map((n) =>
  Array.from({ length: 90 * n }, (_, i) => `${names[(i * n + 3 * i) % 9]}${i}!`).join(" "),
);
const input = {
  instruction: "Answer in one word.",
  contexts,
  question: "What is in the ledger?",
} satisfies PromptInput;
const call = {
  context: contexts,
  instruction: input.instruction,
  question: input.question,
};

function compress(options: CompressOptions & { rate?: number; targetToken?: number }) {
  const { rate = 0.5, targetToken, ...rest } = options;
  const size: Budget = targetToken === undefined ? { rate } : { targetToken };
  const compressor = createCompressor({ scorer, counter });
  return compressor.compress(input, { ...rest, ...size, preset: "microsoft" });
}

describe('preset "microsoft"', () => {
  it.each<CompressOptions>([
    { unit: "word" },
    { unitScore: "mean" },
    { tokenScore: "surprisal" },
    { iterative: true },
    { sizeOf: "prompt" },
    { instructionRate: 1 },
    { questionRate: 1 },
    { rank: "perplexity" },
    { fixedRate: false },
    { budgetFactor: 1.5 },
    { structure: false },
    { restoreSeparators: false },
    { protect: [] },
    { seed: 0 },
  ])("refuses %o, which would do nothing", async (option) => {
    await expect(compress(option)).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringContaining(`does not take ${Object.keys(option)[0]}: it repeats`),
    });
  });

  it("names every option it refuses and the way out", async () => {
    const run = compress({ seed: 3, unit: "word", segmentSize: 50, structure: undefined });
    await expect(run).rejects.toThrow(
      /does not take unit, seed: .*compressPrompt of @llmlingua\/core\/compat/,
    );
  });

  it.each([
    [{}, {}],
    [{ structure: undefined, segmentSize: undefined }, {}],
    [{ segmentSize: 50 }, { iterativeSize: 50 }],
    [{ contextLevel: false }, { useContextLevelFilter: false }],
    [{ sentenceLevel: true }, { useSentenceLevelFilter: true }],
    [{ tokenLevel: false }, { useTokenLevelFilter: false }],
  ])("takes %o for the reference's %o", async (options, settings) => {
    const { text } = await compress({ ...options, rate: 0.3 });
    const model = referenceModel(scorer, counter);
    const reference = await compressPrompt(model, { ...call, ...settings, rate: 0.3 });
    expect(text).toBe(reference.compressedPrompt);
    const plain = await compressPrompt(model, { ...call, rate: 0.3 });
    expect(text === plain.compressedPrompt).toBe(Object.keys(settings).length === 0);
  });

  it("says what it asked the reference for", async () => {
    const { originalTokens, targetTokens } = await compress({ rate: 0.3 });
    expect(targetTokens).toBe(Math.round(0.3 * originalTokens));
    const fixed = counter.count(input.instruction) + counter.count(input.question);
    expect((await compress({ targetToken: 150 })).targetTokens).toBe(fixed + 150);
    expect((await compress({ targetToken: 1e6 })).targetTokens).toBe(originalTokens);
  });

  it("names cut characters whole or not at all, where its text has U+FFFD", async () => {
    const bytes = createCompressor({ scorer: createHashScorer({ tokenizer: tiny }), counter });
    const text = "日本語の文章はここにあります、そして長いです。".repeat(20);
    const result = await bytes.compress(text, { rate: 0.5, preset: "microsoft" });
    const slices = result.spans.map(([start, end]) => text.slice(start, end)).join("");
    expect(result.text).toContain("\ufffd");
    expect(slices).not.toContain("\ufffd");
    expect(slices.length).toBeGreaterThan(0);
  });

  it("is the reference's LongLLMLingua with that method", async () => {
    const contexts = [
      "Trains leave every hour.",
      "Old Berta painted the harbour at night.",
      "It rains.",
    ];
    const options = { preset: "microsoft", method: "longllmlingua", rate: 0.9 } as const;
    const { text, dropped } = await createCompressor({
      scorer: createHashScorer(),
      counter,
    }).compress({ contexts, question: "Who painted the harbour at night?" }, options);
    expect(text).toContain("Who painted");
    expect(dropped.contexts).not.toContain(1);
  });

  it("refuses other methods, and knobs of longllmlingua without it", async () => {
    const compressor = createCompressor({ scorer: createHashScorer(), counter });
    for (const own of [
      { method: "llmlingua2" },
      { method: "selective-context" },
      { order: "relevance" },
    ] as const) {
      const job = compressor.compress("Some text.", { preset: "microsoft", rate: 0.5, ...own });
      await expect(job).rejects.toMatchObject({ code: "invalid-option" });
    }
  });
});
