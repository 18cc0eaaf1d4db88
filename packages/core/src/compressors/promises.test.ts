/**
 * The product's promises, for plain prompts and the methods that read token by token: size, identity,
 * determinism, protection, slices, cancelling, a free event loop, errors for bad input.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LlmlinguaError } from "../errors.js";
import type { Ranker } from "../rank/types.js";
import { createHashScorer } from "../score/hash-scorer.js";
import { PROTECT_CLASSES, type Protect, protectedSpans } from "../text/protect.js";
import type { PromptInput } from "../text/types.js";
import { loadCounter } from "../tokens/counters.js";
import { createCompressor } from "./compressor.js";
import type { Budget, CompressedPrompt, CompressOptions } from "./types.js";

const COUNTERS = [await loadCounter("cl100k_base"), await loadCounter("o200k_base")];
const COMPRESSORS = COUNTERS.map((counter) =>
  createCompressor({ scorer: createHashScorer(), counter }),
);
const [counter] = COUNTERS;
const [compressor] = COMPRESSORS;

const FOLDER = new URL("../../../llmlingua/test/fixtures/promises/", import.meta.url);
const fixture = (name: string) => readFileSync(new URL(name, FOLDER), "utf8");
interface Rag extends PromptInput {
  readonly contexts: readonly string[];
  readonly question: string;
}
const RAG: Rag = JSON.parse(fixture("rag.json"));
const LANGUAGES: Record<string, string> = JSON.parse(fixture("languages.json"));
const LATIN = {
  "a how-to with code": fixture("howto.md"),
  "shots of arithmetic": fixture("shots.txt"),
  "a log": fixture("server.log"),
};
const TEXTS: Record<string, string | PromptInput> = { ...LATIN, ...LANGUAGES, documents: RAG };

const ORDERS = ["original", "relevance", "two-sided"] as const;
const ASKED: readonly CompressOptions[] = [
  { method: "llmlingua" },
  { method: "llmlingua", passages: false },
  { method: "llmlingua", rank: "bm25", order: "relevance", contrastive: true },
  ...(["question", "bm25", "gzip"] as const).flatMap((rank) =>
    ORDERS.map((order) => ({ method: "longllmlingua" as const, rank, order })),
  ),
];

const REFUSED: readonly string[] = ["protected-too-large", "target-too-small"];
async function attempt(
  input: string | PromptInput,
  options: CompressOptions & Budget,
  by = compressor,
): Promise<CompressedPrompt | undefined> {
  try {
    return await by.compress(input, options);
  } catch (error) {
    if (error instanceof LlmlinguaError && REFUSED.includes(error.code)) return undefined;
    throw error;
  }
}

function expectSize({ compressedTokens, targetTokens }: CompressedPrompt, least = 2): void {
  expect(compressedTokens).toBeLessThanOrEqual(targetTokens);
  const missing = targetTokens - compressedTokens;
  expect(missing).toBeLessThanOrEqual(Math.max(least, 0.02 * targetTokens));
}

const segmenter = (granularity: "grapheme" | "word") => new Intl.Segmenter("en", { granularity });
function edgesOf(text: string, granularity: "grapheme" | "word"): Set<number> {
  const edges = new Set([text.length]);
  for (const { index } of segmenter(granularity).segment(text)) edges.add(index);
  return edges;
}

/** Slices of the original, disjoint, of whole characters. */
function expectSlices({ text, original, spans }: CompressedPrompt): void {
  expect(spans.map(([start, end]) => original.slice(start, end)).join("")).toBe(text);
  let last = 0;
  for (const [start, end] of [...spans].sort(([a], [b]) => a - b)) {
    expect(start).toBeGreaterThanOrEqual(last);
    expect(end).toBeGreaterThan(start);
    last = end;
  }
  expect(last).toBeLessThanOrEqual(original.length);
  const edges = edgesOf(original, "grapheme");
  expect(spans.flat().filter((edge) => !edges.has(edge))).toEqual([]);
}

function expectWholeWords({ original, spans }: CompressedPrompt): void {
  const edges = edgesOf(original, "word");
  const isSpace = (at: number) => /^\s*$/.test(original.slice(at - 1, at + 1));
  const cut = spans.flat().filter((edge) => !edges.has(edge) && !isSpace(edge));
  expect(cut.map((edge) => original.slice(edge - 12, edge + 12))).toEqual([]);
}

/** Every protected span of the original lies in one slice. */
function expectProtected(result: CompressedPrompt, protect: readonly Protect[]): void {
  const { original, spans } = result;
  const lost = protectedSpans(original, protect).filter(
    ({ start, end }) => !spans.some(([from, to]) => from <= start && end <= to),
  );
  expect(lost.map(({ start, end }) => original.slice(start, end))).toEqual([]);
}

/** Whole sentences where contexts are no worked examples, and the classic stages. */
const WAYS = Object.entries(TEXTS).flatMap(([name, input]) =>
  [true, false].map((passages) => [name, input, { passages }] as const),
);
describe.each(WAYS)("%s, %$", (name, input, way) => {
  it("has the size asked for in whole slices, in either tokenizer", async () => {
    for (const by of COMPRESSORS) {
      for (const rate of [0.12, 0.3, 0.5, 0.8, 0.97]) {
        const result = await attempt(input, { rate, ...way }, by);
        if (!result) continue;
        expect(result.targetTokens).toBe(Math.round(rate * result.originalTokens));
        // A word of Thai is several tokens of cl100k_base.
        expectSize(result, name in LANGUAGES ? 3 : 2);
        expectSlices(result);
        if (!(name in LANGUAGES)) expectWholeWords(result);
      }
    }
  });

  it("is itself at rate 1, the same twice, and never longer for a smaller rate", async () => {
    const whole = await compressor.compress(input, { rate: 1, ...way });
    expect(whole.text).toBe(whole.original);
    let longest = 0;
    for (const rate of [0.2, 0.35, 0.5, 0.65, 0.8, 0.95]) {
      const one = await attempt(input, { rate, ...way });
      const two = await attempt(input, { rate, ...way });
      expect(two?.spans).toEqual(one?.spans);
      expect(one?.compressedTokens ?? longest).toBeGreaterThanOrEqual(longest);
      longest = one?.compressedTokens ?? longest;
    }
  });

  it("keeps every class of protected text", async () => {
    for (const { name: own } of PROTECT_CLASSES) {
      const protect = [{ class: own }];
      for (const rate of [0.3, 0.6, 0.9]) {
        const result = await attempt(input, { rate, protect, ...way });
        if (!result) continue;
        expectSize(result, name in LANGUAGES ? 3 : 2);
        expectSlices(result);
        expectProtected(result, protect);
      }
    }
  });
});

describe.each(ASKED)("documents and a question, %j", (options) => {
  it("have the size asked for, whatever it is a size of, in slices", async () => {
    for (const sizeOf of ["prompt", "contexts", "compressible"] as const) {
      for (const rate of [0.2, 0.4, 0.6, 0.9]) {
        const result = await attempt(RAG, { ...options, rate, sizeOf });
        if (!result) {
          expect(rate).toBeLessThan(0.4);
          continue;
        }
        expectSize(result);
        expectSlices(result);
        expectWholeWords(result);
        expect(result.text.endsWith(RAG.question)).toBe(true);
        expect(result.text.startsWith(RAG.instruction ?? "")).toBe(true);
        if (sizeOf === "prompt") continue;
        const contexts = result.parts.filter(({ kind }) => kind === "context");
        const sum = (key: "originalTokens" | "compressedTokens") =>
          contexts.reduce((all, part) => all + part[key], 0);
        const wanted = rate * sum("originalTokens");
        const off = Math.abs(sum("compressedTokens") - wanted);
        // Counts of parts alone do not add up to that of the whole.
        expect(off).toBeLessThanOrEqual(Math.max(6, 0.03 * wanted));
      }
    }
  });

  it("keep protected text in place, also where documents move", async () => {
    const protects: (readonly Protect[])[] = [
      ["swing bridge", "A-1931/17-b"],
      [/\d+(?:[.,]\d+)?/],
      [/Document \d/g, "crank behind the door"],
      ...PROTECT_CLASSES.map(({ name }) => [{ class: name }]),
    ];
    for (const protect of protects) {
      const result = await attempt(RAG, { ...options, rate: 0.6, protect });
      if (!result) continue;
      expectProtected(result, protect);
      expectSlices(result);
      expectSize(result);
    }
  });

  it("are themselves at rate 1, the same twice, also after another job, and shorter when asked", async () => {
    const whole = await compressor.compress(RAG, { ...options, rate: 1 });
    expect(whole.text).toBe(whole.original);
    let longest = 0;
    for (const rate of [0.3, 0.5, 0.7, 0.9]) {
      const one = await compressor.compress(RAG, { ...options, rate });
      await compressor.compress(LATIN["a log"], { rate: 0.5 });
      const two = await compressor.compress(RAG, { ...options, rate });
      expect(two.spans).toEqual(one.spans);
      expect(two.tokens).toEqual(one.tokens);
      expect(one.compressedTokens).toBeGreaterThanOrEqual(longest);
      longest = one.compressedTokens;
    }
  });
});

describe("places that are protected", () => {
  const text = [RAG.instruction, ...RAG.contexts, RAG.question].join("\n\n");
  const placeOf = (wanted: string) => {
    const start = text.indexOf(wanted);
    return { start, end: start + wanted.length };
  };

  it.each(["original", "two-sided"] as const)(
    "are places of what was given, order %s",
    async (order) => {
      const wanted = "pickled herring with juniper";
      const result = await compressor.compress(RAG, {
        method: "longllmlingua",
        rank: "bm25",
        rate: 0.4,
        order,
        protect: [placeOf(wanted)],
      });
      expect(result.original).toBe(text);
      expect(result.text).toContain(wanted);
    },
  );

  it.each(["original"] as const)(
    "may reach from one document into the next, order %s",
    async (order) => {
      const wanted = "eastern bank.\n\n[Document 2] In the winter";
      const result = await attempt(RAG, {
        method: "longllmlingua",
        rank: "bm25",
        rate: 0.6,
        order,
        protect: [wanted],
      });
      expect(result?.text).toContain(wanted);
    },
  );
});

describe("what once failed", () => {
  const text = [RAG.instruction, ...RAG.contexts, RAG.question].join("\n\n");
  const moved = { method: "longllmlingua", rank: "bm25", order: "relevance" } as const;

  it("a protected place is a place of what was given, also where documents move", async () => {
    const wanted = "pickled herring with juniper";
    const start = text.indexOf(wanted);
    const protect = [{ start, end: start + wanted.length }];
    const result = await compressor.compress(RAG, { ...moved, rate: 0.4, protect });
    expect(result.text).toContain(wanted);
  });

  it("protected text that reaches from one document into another holds both in place", async () => {
    const wanted = "eastern bank.\n\n[Document 2] In the winter";
    const options = { ...moved, rate: 0.6, protect: [wanted] };
    await expectRefused(RAG, options, /^invalid-option$/);
    const result = await compressor.compress(RAG, { ...options, order: "original" });
    expect(result.text).toContain(wanted);
  });

  it.each([
    { text: "a b", parts: [null] },
    { text: "a b c d", parts: [{ kind: "context", index: 0, start: 0.5, end: 2 }] },
    { text: "a b c d", parts: [{ kind: "context", index: 0, start: 0, end: 3, rate: "1" }] },
    { text: "a b c d", parts: [{ kind: "essay", index: 0, start: 0, end: 3 }] },
    { text: "a b c d", parts: [{ kind: "context", index: 0, start: 0, end: 7 }], verbatim: "all" },
  ])("no prompt is read that is none: %#", async (input) => {
    await expectRefused(input, { rate: 0.5 }, /^invalid-prompt$/);
  });

  it.each([{ method: null }, { preset: null }])("null is no choice: %j", async (own) => {
    await expectRefused(RAG, { rate: 0.5, ...own }, /^invalid-option$/);
  });

  it("a ranker that answers nothing is told", async () => {
    const rank = { name: "odd", score: async () => undefined };
    await expectRefused(RAG, { method: "longllmlingua", rate: 0.5, rank }, /^ranker-failed$/);
  });
});

const word = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[a-zA-Z]{1,9}$/) },
  {
    weight: 2,
    arbitrary: fc.constantFrom("$5.50", "don't", "3*4=12", "x_y", "naïve", "über", "`a b`", "not"),
  },
  { weight: 1, arbitrary: fc.constantFrom("世界", "สวัสดี", "नमस्ते", "👩‍👩‍👧", "e\u0301", "مرحبا") },
);
const block = fc.array(word, { minLength: 3, maxLength: 40 }).map((words) => words.join(" "));
const asked = fc.record({
  contexts: fc.array(block, { minLength: 1, maxLength: 6 }),
  question: fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(" ")),
});

describe("documents made at random", () => {
  it("keep every promise for a question, in every order", async () => {
    const knobs = fc.record({
      rank: fc.constantFrom("question", "question-sentence", "question-document", "bm25", "gzip"),
      order: fc.constantFrom(...ORDERS),
      contrastive: fc.boolean(),
      dynamicRate: fc.constantFrom(0, 0.3, 1),
      contextLevel: fc.boolean(),
      sizeOf: fc.constantFrom("prompt", "contexts", "compressible"),
    });
    const protects = fc.constantFrom<Protect[]>([], [/\d/], ["not"], [{ class: "code" }]);
    await fc.assert(
      fc.asyncProperty(
        asked,
        knobs,
        protects,
        fc.double({ min: 0.1, max: 0.95, noNaN: true }),
        async (input, own, protect, rate) => {
          const options = { method: "longllmlingua", ...own, protect, rate } as const;
          const result = await attempt(input, options);
          if (!result) return;
          expectSlices(result);
          expectProtected(result, protect);
          if (result.originalTokens >= 50) expectSize(result);
          const again = await attempt(input, options);
          expect(again?.spans).toEqual(result.spans);
        },
      ),
      { numRuns: 200, seed: 11 },
    );
  }, 60_000);
});

const LONG = Array.from(
  { length: 7000 },
  (_, i) => `The ${RAG.contexts[i % 6].slice(15, 60)} was seen ${i} times.`,
);
const chunked = (size: number) =>
  Array.from({ length: Math.ceil(LONG.length / size) }, (_, i) =>
    LONG.slice(i * size, (i + 1) * size).join(" "),
  );

/** The longest work between two turns of the event loop, ms of processor time. */
async function longestTurn(job: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = process.cpuUsage();
  const lap = () => {
    const { user, system } = process.cpuUsage(last);
    longest = Math.max(longest, (user + system) / 1000);
    last = process.cpuUsage();
  };
  const timer = setInterval(lap, 20);
  await job().finally(() => clearInterval(timer));
  lap();
  return longest;
}

describe("100,000 tokens", () => {
  it.each<[string, CompressOptions]>([
    ["in 350 documents", { rank: "bm25" }],
    ["in 350 documents", { rank: "gzip" }],
    ["in 350 documents", { rank: "question" }],
  ])(
    "%s do not hold up the event loop: %j",
    async (_name, options) => {
      const input = { contexts: chunked(20), question: RAG.question };
      const run = () =>
        compressor.compress(input, { method: "longllmlingua", rate: 0.4, ...options });
      let best = await longestTurn(run);
      if (best > 250) best = Math.min(best, await longestTurn(run));
      expect(best).toBeLessThan(250);
    },
    60_000,
  );
});

describe("cancelling half-way", () => {
  it.each(ASKED)("rejects and leaves the compressor as it was: %j", async (options) => {
    const own = { ...options, rate: 0.5 };
    const before = await compressor.compress(RAG, own);
    const stop = new AbortController();
    const job = compressor.compress(RAG, {
      ...own,
      signal: stop.signal,
      onProgress: () => stop.abort("enough"),
    });
    const beside = compressor.compress(RAG, own);
    await expect(job).rejects.toMatchObject({ code: "aborted", cause: "enough" });
    expect((await beside).spans).toEqual(before.spans);
    expect((await compressor.compress(RAG, own)).spans).toEqual(before.spans);
  });

  it("rejects while a ranker of one's own never answers", async () => {
    const stop = new AbortController();
    const rank: Ranker = { name: "asleep", score: () => new Promise(() => {}) };
    const own = { method: "longllmlingua", rate: 0.5, rank, signal: stop.signal } as const;
    const job = compressor.compress(RAG, own);
    setTimeout(() => stop.abort(), 20);
    await expect(job).rejects.toMatchObject({ code: "aborted" });
    expect((await compressor.compress(RAG, { rate: 0.5 })).text).not.toBe("");
  });
});

/** What each of these gives must be an error of ours, of one of these codes. */
async function expectRefused(input: unknown, options: unknown, code: RegExp): Promise<void> {
  const asked = compressor.compress(input as string, options as CompressOptions & Budget);
  const error = await asked.then(
    () => "no error",
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LlmlinguaError);
  expect((error as LlmlinguaError).code).toMatch(code);
  expect((error as LlmlinguaError).message.length).toBeGreaterThan(20);
}

describe("bad input", () => {
  it.each([
    null,
    undefined,
    5,
    true,
    [],
    ["a"],
    () => "x",
    Symbol("x"),
    10n,
    { contexts: 5 },
    { contexts: [null] },
    { contexts: [["a"]] },
    { contexts: { 0: "a" } },
    { question: 5 },
    { instruction: {} },
    { text: 5, parts: [] },
    { text: "a", parts: "b" },
    { text: "a b", parts: [{ kind: "context", index: 0, start: 0, end: 9 }] },
    { text: "a b", parts: [{ kind: "context", index: 0, start: Number.NaN, end: 2 }] },
  ])("is no prompt: %#", async (input) => {
    await expectRefused(input, { rate: 0.5 }, /^invalid-prompt$/);
  });

  const bad: Record<string, readonly unknown[]> = {
    rate: [null, "half", 0, -1, 1.01, Number.NaN, Number.POSITIVE_INFINITY, [0.5], {}],
    targetToken: [null, "9", 0, -3, 1.5, Number.NaN, Number.POSITIVE_INFINITY],
    method: ["best", 4, {}, ["llmlingua"]],
    preset: ["fast", 1],
    sizeOf: [null, "all", 1],
    order: [null, "random", 1, "relevance"],
    rank: [null, "best", 5, {}, { name: "x" }, { score: 5 }],
    unit: [null, "letter", "phrase", 1],
    unitScore: [null, "median"],
    tokenScore: [null, "loss"],
    instructionRate: [null, 0, 2, "1"],
    questionRate: [null, -1, Number.NaN],
    budgetFactor: [null, 0.5, "2"],
    dynamicRate: [null, -0.1, 1.1, 0.2],
    segmentSize: [null, 7, 1025, 10.5],
    seed: [null, -1, 0.5, 2 ** 33],
    contextLevel: [null, "yes", 1],
    sentenceLevel: [null, 0],
    iterative: [null, "no"],
    keepCode: [null, "no"],
    protect: [null, "all", [5], [null], [{}], [{ class: "cats" }], [{ start: 2, end: 1 }], [[]]],
    signal: [null, true, {}, new AbortController()],
    onProgress: [null, "log", {}],
    auto: [null, 5, {}],
    forceTokens: [null, ["a"]],
    colour: ["blue"],
  };
  it.each(Object.entries(bad))("is no %s", async (name, values) => {
    for (const value of values) {
      const size = name === "rate" || name === "targetToken" ? {} : { rate: 0.5 };
      const from = expectRefused(RAG, { ...size, [name]: value }, /^invalid-option$/);
      await from.catch((error: Error) => {
        throw new Error(`${name}: ${String(value)}: ${error.message}`);
      });
    }
  });

  it.each([null, 5, "rate", [], () => 1])("is no options: %#", async (options) => {
    await expectRefused(RAG, options, /^invalid-option$/);
  });

  it("of a ranker is told apart from the prompt's", async () => {
    const ranks: unknown[] = [
      async () => new Float64Array(2),
      async () => new Float64Array(9),
      async () => new Float64Array(6).fill(Number.NaN),
      async () => [1, 2, 3, 4, 5, Number.POSITIVE_INFINITY],
      async () => {
        throw new Error("no network");
      },
      () => {
        throw new Error("no network");
      },
      () => new Float64Array(1),
    ];
    for (const [i, score] of ranks.entries()) {
      const options = { method: "longllmlingua", rate: 0.5, rank: { name: "odd", score } };
      const job = compressor.compress(RAG, options as CompressOptions & Budget);
      const error = await job.then(
        () => `ranker ${i}: no error`,
        (reason: Error) => reason,
      );
      // What a ranker of one's own throws is passed on or wrapped; what it answers is ours to check.
      if (error instanceof Error && error.message === "no network") continue;
      expect([i, error]).toEqual([i, expect.any(LlmlinguaError)]);
      expect(error).toMatchObject({ code: "ranker-failed" });
    }
  });
});

describe("strange prompts with a question", () => {
  const long = { method: "longllmlingua", rank: "question", rate: 0.5 } as const;
  const strange: readonly [string, PromptInput][] = [
    ["one document", { contexts: [RAG.contexts[0]], question: "Who?" }],
    ["no overlap with the question", { contexts: RAG.contexts, question: "Zyx qwv?" }],
    ["equal documents", { contexts: Array(6).fill(RAG.contexts[1]), question: "What?" }],
    ["empty documents", { contexts: ["", "  ", RAG.contexts[2], "\n"], question: "What?" }],
    ["a question of signs", { contexts: RAG.contexts, question: "?!" }],
    [
      "lone surrogates",
      { contexts: ["\ud83d a b \udc4d c d e f g h", "x \ud83d"], question: "\ud83d?" },
    ],
    [
      "NUL and binary",
      { contexts: ["\0\u0001\u0002 a b c d\0 e f g", "\ufffe\uffff x"], question: "\0" },
    ],
    ["emojis", { contexts: ["👩‍👩‍👧👍🏽🇩🇪 ".repeat(9), "a b c 👍🏽 d e f"], question: "👍🏽?" }],
    [
      "a document longer than the window",
      { contexts: [LONG.slice(0, 800).join(" "), RAG.contexts[0]], question: "Who?" },
    ],
    [
      "a question longer than the window",
      { contexts: RAG.contexts.slice(0, 2), question: LONG.slice(0, 600).join(" ") },
    ],
  ];
  it.each(strange)(
    "have the size or a clear error: %s",
    { timeout: 20_000 },
    async (_name, input) => {
      const ways = [long, { ...long, rank: "bm25" }, { rate: 0.5 }, { rate: 0.5, passages: false }];
      for (const options of ways as (CompressOptions & { rate: number })[]) {
        const result = await attempt(input, options);
        if (!result) continue;
        expectSlices(result);
        expect(result.compressedTokens).toBeLessThanOrEqual(result.targetTokens);
        expect(result.text.endsWith(input.question ?? "")).toBe(true);
      }
    },
  );

  it("without a question say so", async () => {
    for (const question of [undefined, "", "  \n"]) {
      const job = compressor.compress({ contexts: RAG.contexts, question }, long);
      await expect(job).rejects.toThrow(/needs a question/);
    }
  });

  it("whose protected text is too large say how large it is", async () => {
    const job = compressor.compress(RAG, { targetToken: 60, protect: [/[a-z]+/] });
    await expect(job).rejects.toMatchObject({
      code: "protected-too-large",
      message: expect.stringMatching(/60 tokens.*verbatim is \d+ tokens \(cl100k_base/),
    });
  });

  it("are counted as they are", async () => {
    const { originalTokens, original, text, compressedTokens } = await compressor.compress(
      RAG,
      long,
    );
    expect(originalTokens).toBe(counter.count(original));
    expect(compressedTokens).toBe(counter.count(text));
  });
});
