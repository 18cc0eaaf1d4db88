/** The product's promises with the embedded model, on small realistic prompts. Needs `npm run build`. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type CompressedPrompt,
  type CompressOptions,
  createCompressor,
  jsonPrompt,
  type PromptInput,
  taggedPrompt,
} from "llmlingua";
import { afterAll, describe, expect, it } from "vitest";

const fixture = (name: string) =>
  readFileSync(new URL(`./fixtures/promises/${name}`, import.meta.url), "utf8");
const RAG: { instruction: string; contexts: string[]; question: string } = JSON.parse(
  fixture("rag.json"),
);
const TEXTS: Record<string, string | PromptInput> = {
  "a how-to": fixture("howto.md"),
  shots: fixture("shots.txt"),
  "a log": fixture("server.log"),
  ...JSON.parse(fixture("languages.json")),
};
const classifier = fileURLToPath(
  new URL("../../core/fixtures/llmlingua2/tiny-bert", import.meta.url),
);
const compressor = createCompressor({ classifier });
afterAll(() => compressor.close());

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

function expectPromises(result: CompressedPrompt, slack = 2): void {
  const { text, original, spans, compressedTokens, targetTokens } = result;
  expect(compressedTokens).toBeLessThanOrEqual(targetTokens);
  expect(targetTokens - compressedTokens).toBeLessThanOrEqual(Math.max(slack, 0.02 * targetTokens));
  expect(spans.map(([start, end]) => original.slice(start, end)).join("")).toBe(text);
  const edges = new Set([original.length]);
  for (const { index } of graphemes.segment(original)) edges.add(index);
  expect(spans.flat().filter((edge) => !edges.has(edge))).toEqual([]);
}

it.each(Object.entries(TEXTS))(
  "%s has the size asked for, twice the same",
  async (_name, input) => {
    const one = await compressor.compress(input, { rate: 0.5 });
    // Words of Thai and Hindi are many tokens of cl100k_base.
    expectPromises(one, 4);
    expect((await compressor.compress(input, { rate: 0.5 })).spans).toEqual(one.spans);
    expect((await compressor.compress(input, { rate: 1 })).text).toBe(one.original);
  },
);

describe("documents and a question", () => {
  it.each<CompressOptions>([
    { method: "llmlingua" },
    { method: "longllmlingua" },
    { method: "longllmlingua", rank: "bm25", order: "two-sided" },
    { method: "llmlingua2", rank: "gzip", order: "relevance" },
    { method: "selective-context", unit: "token" },
  ])("keep every promise: %j", async (options) => {
    for (const rate of [0.3, 0.6]) {
      const result = await compressor.compress(RAG, { ...options, rate, protect: ["Sandberg"] });
      expectPromises(result);
      expect(result.text.endsWith(RAG.question)).toBe(true);
      expect(result.text.startsWith(RAG.instruction)).toBe(true);
      expect(result.text.split("Sandberg")).toHaveLength(3);
    }
  });

  it("keep the document with the answer where size is short", async () => {
    const { dropped } = await compressor.compress(RAG, { method: "longllmlingua", rate: 0.4 });
    expect(dropped.contexts).not.toContain(2);
  });
});

it("a JSON record keeps its shape, tags their text", async () => {
  const shape = (text: string) =>
    JSON.stringify(JSON.parse(text, (_, value) => (typeof value === "string" ? "" : value)));
  const product = fixture("product.json");
  const { text } = await compressor.compress(jsonPrompt(product), { rate: 0.6 });
  expect(shape(text)).toBe(shape(product));
  const tagged = `${RAG.contexts[0]}\n<llmlingua compress=false>Keep  this.</llmlingua>`;
  const result = await compressor.compress(taggedPrompt(tagged), { rate: 0.4 });
  expectPromises(result);
  expect(result.text).toContain("Keep  this.");
});

it.each(["agent-openai.json", "agent-anthropic.json"])("%s stays a conversation", async (name) => {
  const messages = JSON.parse(fixture(name));
  const before = structuredClone(messages);
  const { messages: left } = await compressor.compressMessages(messages, { rate: 0.6 });
  expect(messages).toEqual(before);
  expect(left.at(-1)).toBe(messages.at(-1));
  const ids = (all: unknown) => JSON.stringify(all).match(/"(?:call|toolu)_\w+"/g);
  expect(ids(left)).toEqual(ids(messages));
});
