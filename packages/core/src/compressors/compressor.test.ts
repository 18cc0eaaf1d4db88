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

  it("tells how surprising each context is, read alone", async () => {
    const scorer = createHashScorer();
    const options = { rate: 0.3, rank: "perplexity" } as const;
    const { parts } = await compress(SHOTS.join("\n\n"), options);
    for (const [i, { surprisal }] of parts.entries()) {
      const ids = [scorer.startToken ?? 0, ...scorer.tokenizer.encode(SHOTS[i]).ids];
      const logprobs = await scorer.score(Uint32Array.from(ids), { from: 1 });
      const mean = logprobs.reduce((sum, logprob) => sum - logprob, 0) / logprobs.length;
      expect(surprisal).toBeCloseTo(mean, 4);
    }
  });

  it("stops at whole contexts where the token level is off", async () => {
    const { parts } = await compress(SHOTS.join("\n\n"), {
      rate: 0.3,
      tokenLevel: false,
      sentenceLevel: false,
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

  it("does not take the rest of a unit for protected", async () => {
    const contexts = [STORY, SHOTS.join(" ")];
    const options = {
      rate: 0.5,
      unit: "context",
      contextLevel: false,
      sentenceLevel: false,
    } as const;
    const sizes = async (protect: string[]) =>
      (await compress({ contexts }, { ...options, protect })).parts.map((p) => p.compressedTokens);
    const plain = await sizes([]);
    const [less, more] = plain[0] < plain[1] ? [0, 1] : [1, 0];
    const guarded = await sizes([less === 0 ? "harbour" : "Question"]);
    expect(guarded[more]).toBeGreaterThan(guarded[less]);
  });

  it("keeps the structure of the most surprising contexts first", async () => {
    const options = {
      targetToken: 9,
      budgetFactor: 12,
      unit: "line",
      rank: "perplexity",
    } as const;
    const shots = SHOTS.toReversed();
    const { parts, text } = await compress(shots.join("\n\n"), options);
    const order = [...parts].sort((a, b) => (b.surprisal ?? 0) - (a.surprisal ?? 0));
    expect(order.map(({ surprisal }) => typeof surprisal)).toEqual(order.map(() => "number"));
    expect(order.findIndex(({ index }) => index === 0)).toBeGreaterThan(0);
    const closing = shots[order[0].index].split("\n")[2];
    expect(text).toContain(closing);
  });

  it("keeps the structure of the shortest worked examples first, and reads none alone", async () => {
    const { parts, text } = await compress(SHOTS.join("\n\n"), {
      targetToken: 9,
      budgetFactor: 12,
    });
    expect(parts.map(({ surprisal }) => surprisal)).toEqual(SHOTS.map(() => undefined));
    expect(text).toContain("The answer is 72");
  });

  it("keeps sentences that hold structure while it drops others", async () => {
    const asides = STORY.split(". ");
    const contexts = SHOTS.map((shot, i) => shot.replace("Think", `${asides[i]}\nThink`));
    const options = { targetToken: 60, contextLevel: false, sentenceLevel: true, budgetFactor: 1 };
    const { dropped, original } = await compress({ contexts }, options);
    const texts = dropped.sentences.map(({ start, end }) => original.slice(start, end));
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.filter((text) => text.includes("The answer is"))).toEqual([]);
  });

  it("reaches its size with white space around the text too", async () => {
    const text = `${"\n \n".repeat(30)}${STORY}${"\n".repeat(7)} \n`;
    const { originalTokens } = await compress(text, { rate: 1 });
    const result = await compress(text, { targetToken: originalTokens - 3 });
    expect(originalTokens - result.compressedTokens).toBeLessThanOrEqual(5);
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
        scores.map(async (tokenScore) => {
          const options = { rate: 0.4, tokenScore, passages: false };
          return (await compress(STORY, options)).text;
        }),
      );
    const texts = await run();
    expect(new Set(texts).size).toBe(3);
    expect(await run()).toEqual(texts);
  });

  it("takes another random choice with another seed", async () => {
    const options = { rate: 0.4, tokenScore: "random", passages: false } as const;
    const [one, other] = [
      await compress(STORY, options),
      await compress(STORY, { ...options, seed: 1 }),
    ];
    expect(one.text).not.toBe(other.text);
  });
});

describe("a scorer that is loaded when needed", () => {
  const never = () => Promise.reject(new Error("was loaded"));

  it.each([
    [STORY, { rate: 1 }],
    ["", { rate: 0.5 }],
    [STORY, { targetToken: 10_000 }],
    ["", { rate: 0.5, preset: "microsoft" as const }],
  ])(
    "is not loaded for a prompt that fits, whose result names none: %#",
    async (input, options) => {
      const asked = createCompressor({ scorer: never, counter }).compress(input, options);
      expect(await asked).toMatchObject({ text: input, scorer: "none" });
    },
  );

  it("is not loaded for what is refused", async () => {
    const { compress: run } = createCompressor({ scorer: never, counter: never });
    await expect(run(STORY, { rate: 2 })).rejects.toMatchObject({ code: "invalid-option" });
    await expect(run({ prompt: STORY } as PromptInput, { rate: 0.5 })).rejects.toMatchObject({
      code: "invalid-prompt",
    });
    const signal = AbortSignal.abort();
    await expect(run(STORY, { rate: 0.5, signal })).rejects.toMatchObject({ code: "aborted" });
  });

  it("gives what a loaded one gives", async () => {
    const lazy = createCompressor({
      scorer: async () => createHashScorer(),
      counter: async () => counter,
    });
    const { text, scorer } = await lazy.compress(STORY, { rate: 0.5 });
    expect([text, scorer]).toEqual([(await compress(STORY, { rate: 0.5 })).text, "hash"]);
  });

  it("lets go of a job at once when its signal fires while loading", async () => {
    const stop = new AbortController();
    const loading = createCompressor({ scorer: () => new Promise<never>(() => {}), counter });
    const asked = loading.compress(STORY, { rate: 0.5, signal: stop.signal });
    setTimeout(() => stop.abort(), 20);
    await expect(asked).rejects.toMatchObject({ code: "aborted" });
  });
});
