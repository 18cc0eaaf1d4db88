/** The product's promises for the methods that decide in one pass: LLMLingua-2 (tiny checkpoint), Selective-Context. */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { openTiny } from "../classify/onnx/tiny-suite.js";
import { LlmlinguaError } from "../errors.js";
import { createHashScorer } from "../score/hash-scorer.js";
import { jsonPrompt } from "../text/json/prompt.js";
import { PROTECT_CLASSES, protectedSpans } from "../text/protect.js";
import { taggedPrompt } from "../text/tags.js";
import type { Prompt, PromptInput } from "../text/types.js";
import { loadCounter } from "../tokens/counters.js";
import { createCompressor } from "./compressor.js";
import type { Budget, CompressedPrompt, CompressOptions } from "./types.js";

const counter = await loadCounter("cl100k_base");
const classifier = await openTiny("tiny-bert");
afterAll(() => classifier.close());
const compressor = createCompressor({ scorer: createHashScorer(), counter, classifier });

const FOLDER = new URL("../../../llmlingua/test/fixtures/promises/", import.meta.url);
const fixture = (name: string) => readFileSync(new URL(name, FOLDER), "utf8");
const RAG: { contexts: string[]; question: string } = JSON.parse(fixture("rag.json"));
const LANGUAGES: Record<string, string> = JSON.parse(fixture("languages.json"));
const TEXTS: Record<string, string | PromptInput> = {
  "a how-to": fixture("howto.md"),
  shots: fixture("shots.txt"),
  "a log": fixture("server.log"),
  documents: RAG,
  ...LANGUAGES,
};
const METHODS: readonly CompressOptions[] = [
  { method: "selective-context" },
  { method: "selective-context", unit: "token" },
  { method: "llmlingua2" },
  { method: "llmlingua2", contextLevel: true },
];

async function attempt(input: string | PromptInput | Prompt, options: CompressOptions & Budget) {
  try {
    return await compressor.compress(input, options);
  } catch (error) {
    const codes: string[] = ["protected-too-large", "target-too-small"];
    if (error instanceof LlmlinguaError && codes.includes(error.code)) return undefined;
    throw error;
  }
}

function expectSize({ compressedTokens, targetTokens }: CompressedPrompt, slack = 2): void {
  expect(compressedTokens).toBeLessThanOrEqual(targetTokens);
  const missing = targetTokens - compressedTokens;
  expect(missing).toBeLessThanOrEqual(Math.max(slack, 0.02 * targetTokens));
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
function expectSlices({ text, original, spans }: CompressedPrompt): void {
  expect(spans.map(([start, end]) => original.slice(start, end)).join("")).toBe(text);
  const edges = new Set([original.length]);
  for (const { index } of graphemes.segment(original)) edges.add(index);
  expect(spans.flat().filter((edge) => !edges.has(edge))).toEqual([]);
  let last = 0;
  for (const [start, end] of [...spans].sort(([a], [b]) => a - b)) {
    expect(start).toBeGreaterThanOrEqual(last);
    expect(end).toBeGreaterThan(start);
    last = end;
  }
}

/** No slice starts or ends between two letters or digits. */
function expectWholeWords({ original, spans }: CompressedPrompt): void {
  const cut = spans
    .flat()
    .filter((at) => /^[\p{L}\p{N}]{2}$/u.test(original.slice(Math.max(0, at - 1), at + 1)));
  expect(cut.map((at) => original.slice(at - 12, at + 12))).toEqual([]);
}

describe.each(METHODS)("%j", (method) => {
  // A tagger is opened for every English part: see the last test.
  const isSlow = method.method === "selective-context" && method.unit === undefined;
  const texts = Object.entries(TEXTS).filter(([name]) => !isSlow || !/how-to|shots|doc/.test(name));
  it.each(texts)("has the size asked for in whole slices: %s", async (name, input) => {
    for (const rate of [0.2, 0.5, 0.9]) {
      const result = await attempt(input, { ...method, rate });
      if (!result) continue;
      expectSlices(result);
      // Selective-Context's tokens may be parts of words.
      if (!(name in LANGUAGES) && method.unit !== "token") expectWholeWords(result);
      expectSize(result, name in LANGUAGES ? 6 : 2);
    }
  });

  it.each(texts)(
    "is itself at rate 1, the same twice, shorter when asked: %s",
    async (_name, input) => {
      const whole = await compressor.compress(input, { ...method, rate: 1 });
      expect(whole.text).toBe(whole.original);
      let longest = 0;
      for (const rate of [0.4, 0.8]) {
        const one = await attempt(input, { ...method, rate });
        const two = await attempt(input, { ...method, rate });
        expect(two?.spans).toEqual(one?.spans);
        expect(one?.compressedTokens ?? longest).toBeGreaterThanOrEqual(longest);
        longest = one?.compressedTokens ?? longest;
      }
    },
  );

  it.each(texts)("keeps every class of protected text: %s", async (_name, input) => {
    for (const { name } of PROTECT_CLASSES) {
      const protect = [{ class: name }];
      const result = await attempt(input, { ...method, rate: 0.6, protect });
      if (!result) continue;
      expectSlices(result);
      for (const { start, end } of protectedSpans(result.original, protect)) {
        const holds = result.spans.some(([from, to]) => from <= start && end <= to);
        expect(holds ? "" : result.original.slice(start, end)).toBe("");
      }
    }
  });

  it("keeps its promises for a question, in every order", async () => {
    for (const order of ["original", "relevance", "two-sided"] as const) {
      for (const rank of isSlow ? (["bm25"] as const) : (["bm25", "gzip", "question"] as const)) {
        const options = { ...method, rank, order, rate: 0.5, dynamicRate: 0.3 };
        const result = await compressor.compress(RAG, options);
        expectSlices(result);
        expectSize(result);
        if (method.unit !== "token") expectWholeWords(result);
        expect(result.text.endsWith(RAG.question)).toBe(true);
      }
    }
  });

  it("keeps tags' text and JSON's shape", async () => {
    const tagged = taggedPrompt(
      `<llmlingua rate=0.4>${RAG.contexts[0]}</llmlingua>\n<llmlingua compress=false>Keep  me, café.</llmlingua>\n\n${RAG.contexts[1]}`,
    );
    const json = fixture("product.json");
    for (const rate of [0.3, 0.6]) {
      const one = await compressor.compress(tagged, { ...method, rate });
      expectSlices(one);
      expectSize(one);
      expect(one.text).toContain("Keep  me, café.");
      const two = await attempt(jsonPrompt(json), { ...method, rate });
      if (!two) continue;
      const shape = (text: string) =>
        JSON.stringify(JSON.parse(text, (_, v) => (typeof v === "string" ? "" : v)));
      expect(shape(two.text)).toBe(shape(json));
      expect(two.text.match(/: *-?\d[\d.e]*/g)).toEqual(json.match(/: *-?\d[\d.e]*/g));
      expectSize(two, 3);
    }
  });

  it("can be cancelled half-way, and two jobs give what they give alone", async () => {
    const own = { ...method, rate: 0.5 };
    const before = await compressor.compress(RAG, own);
    const stop = new AbortController();
    const onProgress = () => stop.abort();
    const job = compressor.compress(RAG, { ...own, signal: stop.signal, onProgress });
    const beside = [compressor.compress(RAG, own), compressor.compress(LANGUAGES.russian, own)];
    await expect(job).rejects.toMatchObject({ code: "aborted" });
    expect((await beside[0]).spans).toEqual(before.spans);
    expect((await beside[1]).spans).toEqual(
      (await compressor.compress(LANGUAGES.russian, own)).spans,
    );
  });
});

it("selective-context does not hold up the event loop on 100,000 tokens", async () => {
  const long = Array.from({ length: 1300 }, (_, i) => `${RAG.contexts[i % 6]} ${i}`).join(" ");
  let longest = 0;
  let last = process.cpuUsage();
  const lap = () => {
    const { user, system } = process.cpuUsage(last);
    longest = Math.max(longest, (user + system) / 1000);
    last = process.cpuUsage();
  };
  const timer = setInterval(lap, 20);
  await compressor.compress(long, { method: "selective-context", rate: 0.4 });
  clearInterval(timer);
  expect(longest).toBeLessThan(250);
}, 60_000);

it("selective-context opens one tagger for a job, not one for every document", async () => {
  const contexts = Array.from({ length: 40 }, (_, i) => `The ferry ${i} leaves from pier nine.`);
  await compressor.compress(contexts[0], { method: "selective-context", rate: 0.5 });
  const before = process.cpuUsage();
  await compressor.compress({ contexts }, { method: "selective-context", rate: 0.5 });
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
});
