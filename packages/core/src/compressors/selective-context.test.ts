import { describe, expect, it } from "vitest";
import { createHashScorer } from "../score/hash-scorer.js";
import { loadCounter } from "../tokens/counters.js";
import { createCompressor } from "./compressor.js";
import type { Budget, CompressOptions } from "./types.js";

const counter = await loadCounter("cl100k_base");
const compressor = createCompressor({ scorer: createHashScorer(), counter });
const STORY =
  "The harbour master kept a ledger of every boat that came in, with its cargo and its crew. " +
  "On quiet days he would read old pages and wonder where the captains were now. " +
  "One of them, a woman from the northern islands, had paid in amber instead of coins.\n\n" +
  "Fishing nets are mended in winter. Every family has a knot of its own, shown to nobody.";
const compress = (options: CompressOptions & Budget, text = STORY) =>
  compressor.compress(text, { method: "selective-context", ...options });

describe("selective-context", () => {
  it("has the size asked for at every level, as slices of the original", async () => {
    for (const unit of ["phrase", "token", "sentence"] as const) {
      for (const rate of [0.2, 0.5, 0.8]) {
        const { text, spans, original, compressedTokens, targetTokens } = await compress({
          rate,
          unit,
        });
        expect(compressedTokens).toBeLessThanOrEqual(targetTokens);
        if (unit !== "sentence") expect(targetTokens - compressedTokens).toBeLessThanOrEqual(4);
        expect(spans.map(([start, end]) => original.slice(start, end)).join("")).toBe(text);
      }
    }
  });

  it("keeps noun phrases whole", async () => {
    const { spans, original } = await compress({ rate: 0.5 });
    const kept = spans.map(([start, end]) => original.slice(start, end)).join("|");
    expect(kept).not.toMatch(/The harbour\b(?! master)/);
  });

  it("keeps protected text, instruction and question", async () => {
    const { text } = await compressor.compress(
      { instruction: "Be brief.", contexts: STORY, question: "Who paid?" },
      { rate: 0.4, method: "selective-context", protect: ["amber instead of coins"] },
    );
    expect(text.startsWith("Be brief.")).toBe(true);
    expect(text.endsWith("Who paid?")).toBe(true);
    expect(text).toContain("amber instead of coins");
  });

  it("decides its rate by the text", async () => {
    const { auto, rate } = await compress({ rate: "auto" });
    expect(auto?.information).toBeGreaterThanOrEqual(0.8);
    expect(rate).toBeLessThan(1);
  });

  it.each([
    [{ unit: "word" }, /unit is "word"; selective-context takes phrase, sentence or token/],
    [{ unitScore: "max" }, /takes mean or sum/],
    [{ method: "llmlingua", unit: "phrase" }, /unit is "phrase"/],
  ])("says what it does not take: %j", async (options, message) => {
    await expect(compress({ rate: 0.5, ...(options as CompressOptions) })).rejects.toThrow(message);
  });
});
