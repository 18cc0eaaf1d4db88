import { describe, expect, it } from "vitest";
import { createHashScorer } from "../score/hash-scorer.js";
import { loadCounter } from "../tokens/counters.js";
import type { BatchItem } from "./batch.js";
import { createCompressor } from "./compressor.js";

const counter = await loadCounter("cl100k_base");
const SHARED = [
  "The harbour master kept a ledger of every boat that came in, with its cargo and its crew.",
  "On quiet days he would read old pages and wonder where the captains were now.",
  "One of them, a woman from the northern islands, had paid in amber instead of coins.",
];

/** A compressor and the number of tokens its scorer was asked to score. */
function counting() {
  const inner = createHashScorer();
  let tokens = 0;
  const scorer = {
    ...inner,
    score: (...[ids, options]: Parameters<typeof inner.score>) => {
      tokens += ids.length - (options?.from ?? 0);
      return inner.score(ids, options);
    },
  };
  return { compressor: createCompressor({ scorer, counter }), tokens: () => tokens };
}

async function all(items: AsyncIterable<BatchItem>): Promise<BatchItem[]> {
  const found: BatchItem[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe("a batch", () => {
  it("gives what single calls give, in order", async () => {
    const { compressor } = counting();
    const inputs = SHARED.map((text) => `${text}\n\n${SHARED.join("\n\n")}`);
    const items = await all(compressor.compressMany(inputs, { rate: 0.4 }));
    expect(items.map(({ index }) => index)).toEqual([0, 1, 2]);
    for (const { index, result } of items) {
      expect(result?.text).toBe((await compressor.compress(inputs[index], { rate: 0.4 })).text);
    }
  });

  it("scores what prompts share once", async () => {
    const inputs = ["Who paid?", "Who read?", "Who came?"].map((question) => ({
      contexts: SHARED,
      question,
    }));
    const [one, three] = [counting(), counting()];
    await all(one.compressor.compressMany(inputs.slice(0, 1), { rate: 0.5, iterative: false }));
    await all(three.compressor.compressMany(inputs, { rate: 0.5, iterative: false }));
    expect(three.tokens()).toBeLessThan(1.1 * one.tokens());
  });

  it("goes on after a prompt that fails, and says why it did", async () => {
    const { compressor } = counting();
    const inputs = [SHARED[0], 7 as unknown as string, SHARED[1]];
    const items = await all(compressor.compressMany(inputs, { rate: 0.5 }));
    expect(items.map(({ error }) => (error as { code?: string } | undefined)?.code)).toEqual([
      undefined,
      "invalid-prompt",
      undefined,
    ]);
  });

  it("reads no further than it was asked", async () => {
    const { compressor } = counting();
    let read = 0;
    function* inputs() {
      for (const text of SHARED) {
        read++;
        yield text;
      }
    }
    for await (const { index } of compressor.compressMany(inputs(), { rate: 0.5 })) {
      expect(read).toBe(index + 1);
      if (index === 1) break;
    }
    expect(read).toBe(2);
  });

  it("refuses bad options before the first prompt, and ends when cancelled", async () => {
    const { compressor } = counting();
    await expect(all(compressor.compressMany(SHARED, { rate: 7 }))).rejects.toMatchObject({
      code: "invalid-option",
    });
    const stop = new AbortController();
    const items = compressor.compressMany(SHARED, { rate: 0.5, signal: stop.signal });
    expect((await items.next()).done).toBe(false);
    stop.abort();
    await expect(items.next()).rejects.toMatchObject({ code: "aborted" });
  });

  it("is cancelled also while it waits for its next prompt", async () => {
    const { compressor } = counting();
    const stop = new AbortController();
    async function* inputs() {
      yield SHARED[0];
      await new Promise(() => {});
    }
    const items = compressor.compressMany(inputs(), { rate: 0.5, signal: stop.signal });
    await items.next();
    const waiting = items.next();
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: "aborted" });
  });

  it("takes inputs as they come", async () => {
    const { compressor } = counting();
    async function* inputs() {
      for (const text of SHARED) yield text;
    }
    expect(await all(compressor.compressMany(inputs(), { rate: 0.5 }))).toHaveLength(3);
  });
});
