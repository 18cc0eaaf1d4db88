import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createHashScorer } from "./hash-scorer.js";
import { scoreText } from "./sliding.js";
import type { TokenScorer } from "./types.js";

/** A scorer that says how many tokens were before each one, and records its calls. */
function contextLengthScorer(maxTokens: number, startToken?: number) {
  const calls: { ids: number[]; from: number }[] = [];
  const scorer: TokenScorer = {
    ...createHashScorer({ maxTokens }),
    startToken,
    async score(ids, { from = 0 } = {}) {
      calls.push({ ids: Array.from(ids), from });
      return Float32Array.from(ids, (_, index) => (index === 0 ? Number.NaN : -index)).slice(from);
    },
  };
  return { scorer, calls };
}

const range = (length: number) => Uint32Array.from({ length }, (_, index) => index + 1);

describe("scoreText", () => {
  test("puts the start token in front, so that the first token has a score", async () => {
    const { scorer, calls } = contextLengthScorer(100, 0);
    expect(Array.from(await scoreText(scorer, range(3)))).toEqual([1, 2, 3]);
    expect(calls).toEqual([{ ids: [0, 1, 2, 3], from: 1 }]);
  });

  test("gives the first token the highest surprisal when there is no start token", async () => {
    const { scorer } = contextLengthScorer(100);
    expect(Array.from(await scoreText(scorer, range(4)))).toEqual([3, 1, 2, 3]);
    expect(Array.from(await scoreText(scorer, range(1)))).toEqual([0]);
    expect(Array.from(await scoreText(scorer, range(0)))).toEqual([]);
  });

  test("moves a full window on by half of it, behind the start token", async () => {
    const { scorer, calls } = contextLengthScorer(100, 0);
    const surprisals = await scoreText(scorer, range(12), { window: 8 });
    expect(Array.from(surprisals)).toEqual([1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7, 4]);
    expect(calls[7]).toEqual({ ids: [0, 5, 6, 7, 8], from: 4 });
  });

  test("begins calls that follow one another alike, so that little is read twice", async () => {
    const { scorer, calls } = contextLengthScorer(1000, 0);
    for (let past = 0; past < 6000; past += 50) {
      await scoreText(scorer, range(100), { window: 400, history: range(past) });
    }
    let read = 0;
    for (const [n, { ids }] of calls.entries()) {
      const before = calls[n - 1]?.ids ?? [];
      const known = ids.findIndex((id, i) => id !== before[i]);
      read += ids.length - (known < 0 ? ids.length : known);
    }
    expect(read).toBeLessThan(3 * 120 * 100);
  });

  test.each([
    ["nothing", new Float32Array(0)],
    ["NaN", new Float32Array(3).fill(Number.NaN)],
    ["what is no log-probability", new Float32Array(3).fill(2)],
    ["minus infinity", new Float32Array(3).fill(Number.NEGATIVE_INFINITY)],
  ])("does not believe a scorer that answers %s", async (_what, answer) => {
    const scorer = { ...createHashScorer(), score: () => Promise.resolve(answer) };
    await expect(scoreText(scorer, range(3))).rejects.toMatchObject({ code: "scorer-failed" });
  });

  test("hears an abort while a scorer that does not is at work", async () => {
    const scorer = { ...createHashScorer(), score: () => new Promise<Float32Array>(() => {}) };
    const run = scoreText(scorer, range(3), { signal: AbortSignal.timeout(20) });
    await expect(run).rejects.toMatchObject({ code: "aborted" });
  });

  test("reads the history first and does not score it", async () => {
    const { scorer, calls } = contextLengthScorer(100, 0);
    const surprisals = await scoreText(scorer, range(2), { history: Uint32Array.of(90, 91) });
    expect(Array.from(surprisals)).toEqual([3, 4]);
    expect(calls).toEqual([{ ids: [0, 90, 91, 1, 2], from: 3 }]);
  });

  test("equals one call when the text fits", async () => {
    const scorer = createHashScorer();
    const { ids } = scorer.tokenizer.encode("one two three ".repeat(300));
    const whole = await scorer.score(Uint32Array.of(scorer.startToken as number, ...ids));
    expect(await scoreText(scorer, ids)).toEqual(whole.slice(1).map((value) => -value));
  });

  test("gives every token at least a quarter of a window of context and never more than a window", async () => {
    const lengths = fc.integer({ min: 0, max: 600 });
    const windows = fc.integer({ min: 4, max: 400 });
    await fc.assert(
      fc.asyncProperty(lengths, windows, fc.boolean(), lengths, async (n, window, start, past) => {
        const { scorer, calls } = contextLengthScorer(1000, start ? 0 : undefined);
        const history = new Uint32Array(past);
        const surprisals = await scoreText(scorer, range(n), { window, history });
        expect(surprisals.length).toBe(n);
        expect(calls.every(({ ids }) => ids.length <= window)).toBe(true);
        for (const [index, context] of surprisals.entries()) {
          const before = index + past + (start ? 1 : 0);
          if (before > 0) expect(context).toBeGreaterThanOrEqual(Math.min(before, window >> 2));
        }
      }),
      { numRuns: 50 },
    );
  });

  test("reports progress in tokens up to the end", async () => {
    const seen: number[] = [];
    const scorer = createHashScorer();
    await scoreText(scorer, range(600), { onProgress: (done) => seen.push(done) });
    expect(seen).toEqual([256, 512, 600]);
  });

  test("stops between pieces when its signal fires", async () => {
    const controller = new AbortController();
    const run = scoreText(createHashScorer(), range(600), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: "aborted" });
  });

  test("refuses a window the scorer cannot read", async () => {
    for (const window of [0, 3, 10.5, 8193]) {
      const run = scoreText(createHashScorer(), range(3), { window });
      await expect(run).rejects.toMatchObject({ code: "invalid-option" });
    }
  });
});
