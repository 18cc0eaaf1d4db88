import { describe, expect, it, vi } from "vitest";
import type { Ranker } from "../rank/types.js";
import { createHashScorer } from "../score/hash-scorer.js";
import { loadCounter } from "../tokens/counters.js";
import { createCompressor } from "./compressor.js";
import type { Budget, CompressOptions } from "./types.js";

const counter = await loadCounter("cl100k_base");
const scorer = createHashScorer();
const compressor = createCompressor({ scorer, counter });
const QUESTION = "Who painted the harbour at night?";
const CONTEXTS = [
  "The ferry timetable changed in May. Boats leave at six and at nine, except on Sundays.",
  "A cookbook from the islands lists forty soups. Most of them use dried fish and barley.",
  "Old Berta painted the harbour at night, year after year. Her pictures hang in the town hall.",
  "The town hall was built of red brick. Its clock has been slow for as long as anyone knows.",
  "Fishing nets are mended in winter. Every family has a knot of its own, shown to nobody.",
];
const compress = (options: CompressOptions & Budget, contexts = CONTEXTS) =>
  compressor.compress({ contexts, question: QUESTION }, { method: "longllmlingua", ...options });

describe("longllmlingua", () => {
  it("keeps what answers the question, and the question itself", async () => {
    const { text, parts, dropped } = await compress({ rate: 0.5 });
    expect(text).toContain("Berta painted the harbour");
    expect(text.endsWith(QUESTION)).toBe(true);
    expect(parts.filter(({ kind }) => kind === "context")[0].index).toBe(2);
    expect(dropped.contexts).not.toContain(2);
  });

  it("gives back slices of the original, in the order of the result", async () => {
    const { text, spans, original } = await compress({ rate: 0.6 });
    expect(spans.map(([start, end]) => original.slice(start, end)).join("")).toBe(text);
    expect(original.startsWith(CONTEXTS[0])).toBe(true);
    expect(spans[0][0]).toBeGreaterThan(original.indexOf(CONTEXTS[2]) - 1);
  });

  it("has the size asked for whatever the order", async () => {
    for (const order of ["original", "relevance", "two-sided"] as const) {
      for (const rate of [0.3, 0.5, 0.8]) {
        const { compressedTokens, targetTokens } = await compress({ rate, order });
        expect(compressedTokens).toBeLessThanOrEqual(targetTokens);
        expect(targetTokens - compressedTokens).toBeLessThanOrEqual(2);
      }
    }
  });

  it("puts contexts in the order asked for", async () => {
    const indexes = async (order: CompressOptions["order"]) =>
      (
        await compress({ rate: 0.9, order, rank: fixed([1, 2, 5, 4, 3]), contextLevel: false })
      ).parts
        .filter(({ kind }) => kind === "context")
        .map(({ index }) => index);
    expect(await indexes("original")).toEqual([0, 1, 2, 3, 4]);
    expect(await indexes("relevance")).toEqual([2, 3, 4, 1, 0]);
    expect(await indexes("two-sided")).toEqual([2, 4, 0, 1, 3]);
  });

  it("drops the worst ranked contexts first", async () => {
    const { dropped } = await compress({ rate: 0.4, rank: fixed([5, 4, 3, 2, 1]), dynamicRate: 0 });
    expect(dropped.contexts.length).toBeGreaterThan(0);
    expect(Math.min(...dropped.contexts)).toBeGreaterThanOrEqual(5 - dropped.contexts.length);
  });

  it("keeps more of better ranked contexts", async () => {
    const { parts } = await compress({
      rate: 0.5,
      rank: fixed([1, 2, 5, 4, 3]),
      dynamicRate: 0.4,
      contextLevel: false,
      sentenceLevel: false,
    });
    const rates = parts
      .filter(({ kind }) => kind === "context")
      .map(({ compressedTokens, originalTokens }) => compressedTokens / originalTokens);
    expect(rates[0]).toBeGreaterThan(rates[4] + 0.4);
  });

  it("scores a token by what the question takes from its surprisal", async () => {
    const only = ["alpha beta gamma painted delta harbour epsilon zeta eta theta iota kappa"];
    const { text } = await compress({ rate: 0.65, sizeOf: "prompt" }, only);
    expect(text).toContain("painted");
    expect(text).toContain("harbour");
  });

  it("takes every rank by name", async () => {
    const ranks = ["question", "question-sentence", "question-document", "bm25", "gzip"] as const;
    for (const rank of ranks) {
      expect((await compress({ rate: 0.5, rank })).text).toContain("Berta");
    }
  });

  it("also has one context, of which sentences compete", async () => {
    const { text } = await compress({ rate: 0.5, sentenceLevel: true, tokenLevel: false }, [
      CONTEXTS.join(" "),
    ]);
    expect(text).toContain("Berta");
  });

  it("scores each text once for the rank and reports it as progress", async () => {
    const onProgress = vi.fn();
    await compress({ rate: 0.5, onProgress });
    const stages = onProgress.mock.calls.map(([{ stage }]) => stage);
    expect(stages[0]).toBe("rank");
    expect(stages.at(-1)).toBe("fine");
    for (const [{ done, total }] of onProgress.mock.calls) expect(done).toBeLessThanOrEqual(total);
  });

  it.each([
    [{ question: undefined }, /needs a question/],
    [{ rank: answering(Float64Array.of(1)) }, /answered 1 scores; expected 5 finite scores/],
    [{ rank: answering(new Float64Array(5).fill(Number.NaN)) }, /answered NaN for document 0/],
  ])(
    "says what is wrong: %j",
    async ({ question = undefined, rank }: { question?: string; rank?: Ranker }, message) => {
      const input = rank
        ? { contexts: CONTEXTS, question: QUESTION }
        : { contexts: CONTEXTS, question };
      const job = compressor.compress(input, {
        rate: 0.5,
        method: "longllmlingua",
        ...(rank && { rank }),
      });
      await expect(job).rejects.toThrow(message);
    },
  );

  it("refuses orders and dynamic rates without a rank by question", async () => {
    for (const own of [{ order: "relevance" }, { dynamicRate: 0.2 }] as const) {
      const job = compressor.compress(
        { contexts: CONTEXTS, question: QUESTION },
        { rate: 0.5, ...own },
      );
      await expect(job).rejects.toMatchObject({ code: "invalid-option" });
    }
  });
});

/** A ranker that gives these scores to whatever it is asked, by length of the question's contexts. */
function fixed(scores: readonly number[]): Ranker {
  return {
    name: "fixed",
    score: async (_query, texts) =>
      Float64Array.from(
        texts,
        (text) => scores[CONTEXTS.findIndex((own) => own.includes(text))] ?? 0,
      ),
  };
}

function answering(scores: Float64Array): Ranker {
  return { name: "odd", score: async () => scores };
}
