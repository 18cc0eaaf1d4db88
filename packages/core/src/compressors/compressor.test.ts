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

describe("a compressed prompt", () => {
  it("has the size asked for, in the counter's tokens, and says so", async () => {
    const result = await compress(STORY, { targetToken: 20 });
    expect(result.compressedTokens).toBe(20);
    expect(counter.count(result.text)).toBe(20);
    expect(result).toMatchObject({ targetTokens: 20, tokenizer: "cl100k_base", scorer: "hash" });
    expect(result.originalTokens).toBe(counter.count(STORY));
    expect(result.rate).toBeCloseTo(20 / result.originalTokens, 9);
    expect(result.ratio).toBeCloseTo(result.originalTokens / 20, 9);
  });

  it("counts the contexts alone where the size is theirs", async () => {
    const input = {
      instruction: "Answer briefly, please.",
      contexts: [STORY],
      question: "Who paid?",
    };
    const { parts } = await compress(input, { targetToken: 12, sizeOf: "contexts" });
    expect(parts[0].text).toBe(input.instruction);
    expect(parts[2].text).toBe(input.question);
    expect(Math.abs(parts[1].compressedTokens - 12)).toBeLessThanOrEqual(2);
  });

  it("keeps the labels and closing lines of shots at two fifths of their size", async () => {
    const { text, compressedTokens, targetTokens } = await compress(SHOTS.join("\n\n"), {
      rate: 0.4,
    });
    expect(compressedTokens).toBeLessThanOrEqual(targetTokens);
    const answers = text.match(/The answer is \d+/g) ?? [];
    expect(answers.length).toBeGreaterThan(0);
    expect(text.match(/Question:/g)).toHaveLength(answers.length);
  });

  it("drops whole shots before it prunes those that stay", async () => {
    const { dropped, parts } = await compress(SHOTS.join("\n\n"), { rate: 0.3 });
    expect(dropped.contexts.length).toBeGreaterThan(0);
    for (const index of dropped.contexts) expect(parts[index].text).toBe("");
    const off = await compress(SHOTS.join("\n\n"), { rate: 0.3, contextLevel: false });
    expect(off.dropped.contexts).toEqual([]);
  });

  it("stops at whole contexts where the token level is off", async () => {
    const { parts } = await compress(SHOTS.join("\n\n"), {
      rate: 0.3,
      tokenLevel: false,
      structure: false,
    });
    for (const { text, index } of parts) expect([SHOTS[index], ""]).toContain(text);
    expect(parts.some(({ dropped }) => dropped)).toBe(true);
    expect(parts.some(({ dropped }) => !dropped)).toBe(true);
  });

  it("names dropped sentences of which nothing is left", async () => {
    const options = { rate: 0.3, sentenceLevel: true, contextLevel: false, budgetFactor: 1 };
    const result = await compress(SHOTS.join(" "), options);
    expect(result.dropped.sentences.length).toBeGreaterThan(0);
    for (const { start, end } of result.dropped.sentences) {
      for (const [from, to] of result.spans) {
        const shared = result.original.slice(Math.max(from, start), Math.min(to, end));
        expect(shared.trim()).toBe("");
      }
    }
  });

  it("keeps the rest of a line or sentence reachable around protected text", async () => {
    for (const unit of ["word", "line", "sentence", "context"] as const) {
      const options = { rate: 0.9, unit, protect: [/\d+/], contextLevel: false };
      const { targetTokens, compressedTokens } = await compress(SHOTS.join("\n\n"), options);
      expect(targetTokens - compressedTokens).toBeLessThanOrEqual(2);
    }
  });

  it("brings back protected text of contexts that are dropped whole", async () => {
    const { parts } = await compress(SHOTS.join("\n\n"), { rate: 0.3, protect: ["72", "nails"] });
    expect(parts[2].text).toContain("nails");
    expect(parts[3].text).toContain("72");
  });

  it("does not trim the space that verbatim text starts with", async () => {
    const input = { instruction: "Do.", contexts: [STORY], question: "  indented?" };
    const { text } = await compress(input, { targetToken: 12 });
    expect(text.endsWith("  indented?")).toBe(true);
  });

  it("differs with the score that it goes by, but not from one call to the next", async () => {
    const scores = ["surprisal", "next-surprisal", "random"] as const;
    const run = () =>
      Promise.all(
        scores.map(async (tokenScore) => (await compress(STORY, { rate: 0.4, tokenScore })).text),
      );
    const texts = await run();
    expect(new Set(texts).size).toBe(3);
    expect(await run()).toEqual(texts);
  });

  it("takes another random choice with another seed", async () => {
    const options = { rate: 0.4, tokenScore: "random" } as const;
    const [one, other] = [
      await compress(STORY, options),
      await compress(STORY, { ...options, seed: 1 }),
    ];
    expect(one.text).not.toBe(other.text);
  });
});

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
    const { compressedTokens, targetTokens } = await compress(" \n".repeat(500), {
      targetToken: 5,
    });
    expect(compressedTokens).toBeLessThanOrEqual(targetTokens);
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

describe("cancelling", () => {
  const LONG = SHOTS.join("\n\n");
  const options = { rate: 0.4, segmentSize: 20 };

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
