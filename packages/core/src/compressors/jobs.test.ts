/** Jobs: the calls they make, their order, their end, and how they are cancelled. */
import { describe, expect, it } from "vitest";
import { createHashScorer } from "../score/hash-scorer.js";
import type { TokenScorer } from "../score/types.js";
import type { PromptInput } from "../text/types.js";
import { loadCounter } from "../tokens/counters.js";
import { createCompressor } from "./compressor.js";
import type { Budget, CompressOptions, Progress } from "./types.js";

const counter = await loadCounter("cl100k_base");
const compressorWith = (scorer: TokenScorer = createHashScorer()) =>
  createCompressor({ scorer, counter });
const compress = (input: string | PromptInput, options: CompressOptions & Budget) =>
  compressorWith().compress(input, options);

const STORY =
  "The harbour master kept a ledger of every boat that came in, with its cargo and its crew. " +
  "On quiet days he would read old pages and wonder where the captains were now. " +
  "One of them, a woman from the northern islands, had paid in amber instead of coins.";
const SHOTS = [
  "Question: Ann has 3 red apples and buys 4 more. How many are there?\nThink: 3 + 4 = 7.\nThe answer is 7",
  "Question: Bob reads 12 pages a day for 5 days. How many pages?\nThink: 12 * 5 = 60.\nThe answer is 60",
  "Question: Eve had 20 nails and used 6 of them. How many are left?\nThink: 20 - 6 = 14.\nThe answer is 14",
  "Question: Dan sells 8 boxes of 9 cakes each. How many cakes?\nThink: 8 * 9 = 72.\nThe answer is 72",
];

/** A hash scorer that runs `during` before the call numbered `at` (from 0). */
function scorerThat(at: number, during: () => void): TokenScorer {
  const scorer = createHashScorer();
  let calls = 0;
  return {
    ...scorer,
    async score(ids, options) {
      if (calls++ === at) during();
      return scorer.score(ids, options);
    },
  };
}

describe("the fine stage", () => {
  /** What the scorer was given before each segment, without the start token. */
  async function histories(options: CompressOptions): Promise<string[]> {
    const scorer = createHashScorer();
    const seen: string[] = [];
    const compressor = compressorWith({
      ...scorer,
      async score(ids, { from = 0, signal } = {}) {
        seen.push(scorer.tokenizer.decode(ids.subarray(1, from)));
        return scorer.score(ids, { from, signal });
      },
    });
    await compressor.compress(STORY, { rate: 0.5, sentenceLevel: false, ...options });
    return seen;
  }

  it("scores each segment given what was kept of those before it", async () => {
    const seen = await histories({ segmentSize: 10 });
    expect(seen.length).toBeGreaterThan(4);
    expect(seen[0]).toBe("");
    for (let i = 1; i < seen.length; i++) {
      expect(seen[i].startsWith(seen[i - 1])).toBe(true);
      expect(seen[i].length).toBeLessThan(0.8 * STORY.length);
    }
    let at = 0;
    for (const character of seen[seen.length - 1]) {
      at = STORY.indexOf(character, at) + 1;
      expect(at).toBeGreaterThan(0);
    }
    expect(seen[seen.length - 1]).not.toBe(STORY.slice(0, seen[seen.length - 1].length));
  });

  it("scores the text as it is, in one go, where iteration is off", async () => {
    expect(await histories({ iterative: false, segmentSize: 10 })).toEqual([""]);
  });
});

describe("cancelling", () => {
  const LONG = SHOTS.join("\n\n");
  const options = { rank: "perplexity" as const, rate: 0.4, segmentSize: 20 };

  it("rejects before it starts", async () => {
    const reason = new Error("changed my mind");
    const asked = compress(LONG, { ...options, signal: AbortSignal.abort(reason) });
    await expect(asked).rejects.toMatchObject({ code: "aborted", cause: reason });
  });

  it("rejects at once while waiting behind another job, which goes on", async () => {
    const compressor = compressorWith();
    const stop = new AbortController();
    let isFirstDone = false;
    const first = compressor.compress(LONG, options).finally(() => {
      isFirstDone = true;
    });
    const second = compressor.compress(LONG, { ...options, signal: stop.signal });
    stop.abort();
    await expect(second).rejects.toMatchObject({ code: "aborted" });
    expect(isFirstDone).toBe(false);
    expect((await first).text).toBe((await compress(LONG, options)).text);
  });

  it.each([
    ["coarse", 1],
    ["fine", SHOTS.length + 1],
  ])(
    "rejects in the middle of the %s stage and leaves the compressor usable",
    async (_stage, call) => {
      const stop = new AbortController();
      const compressor = compressorWith(scorerThat(call, () => stop.abort()));
      const asked = compressor.compress(LONG, { ...options, signal: stop.signal });
      await expect(asked).rejects.toMatchObject({ code: "aborted" });
      expect((await compressor.compress(LONG, options)).text).toBe(
        (await compress(LONG, options)).text,
      );
    },
  );

  it("does nothing after the job is done", async () => {
    const stop = new AbortController();
    const { text } = await compress(LONG, { ...options, signal: stop.signal });
    stop.abort();
    expect(text.length).toBeGreaterThan(0);
  });
});

describe("a scorer or callback that throws", () => {
  it("fails its own job with its own error, and not the next", async () => {
    const failure = new Error("out of memory");
    const compressor = compressorWith(
      scorerThat(0, () => {
        throw failure;
      }),
    );
    const [first, second] = await Promise.allSettled([
      compressor.compress(STORY, { rate: 0.5 }),
      compressor.compress(STORY, { rate: 0.5 }),
    ]);
    expect(first).toEqual({ status: "rejected", reason: failure });
    expect(second.status).toBe("fulfilled");
  });

  it("passes on what onProgress throws", async () => {
    const onProgress = () => {
      throw new Error("no more");
    };
    await expect(compress(STORY, { rate: 0.5, onProgress })).rejects.toThrow("no more");
  });
});

describe("progress", () => {
  it.each([
    {},
    { iterative: false },
    { sentenceLevel: true },
    { contextLevel: false },
    { protect: ["the"] },
  ])("only grows, coarse before fine, and ends when all is done: %j", async (options) => {
    const seen: Progress[] = [];
    const input = { instruction: STORY, contexts: SHOTS, question: "How many?" };
    await compress(input, { rate: 0.6, ...options, onProgress: (progress) => seen.push(progress) });
    expect(seen.length).toBeGreaterThan(0);
    for (const [i, { stage, done, total }] of seen.entries()) {
      expect(done).toBeGreaterThan(seen[i - 1]?.done ?? 0);
      expect(total).toBeGreaterThanOrEqual(done);
      if (seen[i - 1]?.stage === "fine") expect(stage).toBe("fine");
    }
    const last = seen[seen.length - 1];
    expect(last.done).toBe(last.total);
  });
});

describe("jobs at once", () => {
  it("give what they give one after another", async () => {
    const compressor = compressorWith();
    const inputs = [STORY, SHOTS.join("\n\n"), { contexts: SHOTS, question: "How many?" }];
    const options = { rate: 0.5 };
    const atOnce = await Promise.all(inputs.map((input) => compressor.compress(input, options)));
    for (const [i, input] of inputs.entries()) {
      expect(atOnce[i].text).toBe((await compress(input, options)).text);
    }
  });
});
