import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import expected from "../../../fixtures/rank/tiny-expected.json" with { type: "json" };
import { embeddingRanker } from "../embedding-ranker.js";
import { describeRanker } from "../ranker-suite.js";
import type { TextEmbedder } from "../text-embedder.js";
import { changedModel, startHere, tinyModel } from "./in-thread-suite.js";
import { type LoadTextEmbedderOptions, loadTextEmbedder } from "./text-embedder.js";

const TINY = tinyModel("tiny-encoder");
const open = (folder = TINY, options: LoadTextEmbedderOptions = {}) =>
  loadTextEmbedder(folder, { threads: 1, ...options }, startHere);

const asRanker = async (embedder: Promise<TextEmbedder>) => {
  const opened = await embedder;
  return { ...embeddingRanker({ embedder: opened }), close: () => opened.close() };
};

function expectNear(found: Float32Array, wanted: readonly number[], tolerance = 1e-5) {
  expect(found.length).toBe(wanted.length);
  for (const [index, value] of found.entries()) {
    expect(Math.abs(value - wanted[index])).toBeLessThan(tolerance);
  }
}

describeRanker("a sentence encoder", () => asRanker(open()));

describe("the tiny encoder", () => {
  let embedder: TextEmbedder;
  beforeAll(async () => {
    embedder = await open();
  });
  afterAll(() => embedder.close());

  test("gives the vectors that PyTorch gives, of texts that are too long as well", async () => {
    const [query] = await embedder.embed([expected.query], { kind: "query" });
    const vectors = await embedder.embed(expected.texts, { kind: "document" });
    for (const [index, vector] of [query, ...vectors].entries()) {
      expectNear(vector, expected.embeddings[index]);
    }
  });

  test("has the folder's name and answers no texts with no vectors", async () => {
    expect(embedder.name).toBe("tiny-encoder");
    expect(await embedder.embed([], { kind: "query" })).toEqual([]);
  });

  test("reads a text of a million characters as fast as its beginning", async () => {
    const [short, long] = await embedder.embed(["ab ".repeat(100), "ab ".repeat(400_000)], {
      kind: "document",
    });
    expect(long).toEqual(short);
  });

  test("stops between texts when its signal fires, and works on", async () => {
    const controller = new AbortController();
    const call = embedder.embed(new Array(5000).fill("the first railway"), {
      kind: "document",
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 20);
    await expect(call).rejects.toMatchObject({ code: "aborted" });
    expect((await embedder.embed(["a"], { kind: "document" })).length).toBe(1);
  });

  test("refuses calls once closed, and may be closed twice", async () => {
    const fresh = await open();
    await fresh.close();
    await fresh.close();
    const call = fresh.embed(["a"], { kind: "query" });
    await expect(call).rejects.toMatchObject({ code: "closed" });
  });
});

describe("options of an encoder", () => {
  const vectorOf = async (folder: string, options: LoadTextEmbedderOptions, text = "a b c") => {
    const embedder = await open(folder, options);
    const [vector] = await embedder.embed([text], { kind: "query" });
    await embedder.close();
    return vector;
  };

  test("decide over the folder: pooling, length 1, number of tokens", async () => {
    const length = (vector: Float32Array) => Math.hypot(...vector);
    expect(length(await vectorOf(TINY, {}))).toBeCloseTo(1, 5);
    const raw = await vectorOf(TINY, { normalize: false });
    expect(length(raw)).not.toBeCloseTo(1, 1);
    const cls = await vectorOf(TINY, { normalize: false, pooling: "cls" });
    expect(cls).not.toEqual(raw);
    const cut = await vectorOf(TINY, { maxTokens: 8 }, "a b c d e f g h i j");
    expect(cut).toEqual(await vectorOf(TINY, {}, "a b c d e f"));
  });

  test("pooling and length come from the folder: cls, and not normalised", async () => {
    const folder = await changedModel("tiny-encoder", {
      "1_Pooling/config.json": { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false },
      "modules.json": [{ type: "sentence_transformers.models.Transformer" }],
    });
    const asked = await vectorOf(TINY, { pooling: "cls", normalize: false });
    expect(await vectorOf(folder, {})).toEqual(asked);
  });

  test("prefixes come from the folder or the caller, by kind", async () => {
    const folder = await changedModel("tiny-encoder", {
      "config_sentence_transformers.json": { prompts: { query: "is it ", passage: "of " } },
    });
    const embedder = await open(folder, { documentPrefix: "the " });
    const [query] = await embedder.embed(["tea"], { kind: "query" });
    const [document] = await embedder.embed(["tea"], { kind: "document" });
    await embedder.close();
    expect(query).toEqual(await vectorOf(TINY, {}, "is it tea"));
    expect(document).toEqual(await vectorOf(TINY, {}, "the tea"));
  });

  test.each([
    ["pooling is max", { pooling: "max" as "cls" }],
    ["threads is 0", { threads: 0 }],
    ["maxTokens is 33; tiny-encoder takes a whole number from 8 to 32", { maxTokens: 33 }],
  ])("are refused: %s", async (message, options) => {
    await expect(open(TINY, options)).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringContaining(message),
    });
  });
});

describe("a folder that is no sentence encoder", () => {
  const config = async () => JSON.parse(await readFile(`${TINY}/config.json`, "utf8"));
  type Files = Readonly<Record<string, unknown>>;

  test.each<[string, string, Files | (() => Promise<Files>)]>([
    ["unknown-model", "it has no config.json", { "config.json": null }],
    ["damaged-model", "has no tokenizer.json", { "tokenizer.json": null }],
    ["unknown-model", "expected onnx/model.onnx or model.onnx or", { "onnx/model.onnx": null }],
    ["damaged-model", "Cannot read config.json", { "config.json": "{" }],
    ["damaged-model", "it holds 3, expected an object", { "config.json": "3" }],
    ["damaged-model", "ONNX Runtime cannot open", { "onnx/model.onnx": "not a graph" }],
    ["unknown-tokenizer", "is not a tokenizer.json", { "tokenizer.json": {} }],
    [
      "unknown-model",
      "expected a BERT-like encoder, found LlamaForCausalLM",
      async () => ({ "config.json": { ...(await config()), architectures: ["LlamaForCausalLM"] } }),
    ],
    [
      "damaged-model",
      "config.json expects 50000 tokens",
      async () => ({ "config.json": { ...(await config()), vocab_size: 50_000 } }),
    ],
    [
      "damaged-model",
      "config.json expects 100 tokens",
      async () => ({ "config.json": { ...(await config()), vocab_size: 100 } }),
    ],
    [
      "unknown-model",
      "expected mean or cls pooling, found pooling_mode_max_tokens",
      { "1_Pooling/config.json": { pooling_mode_max_tokens: true } },
    ],
    [
      "unknown-model",
      "found Dense",
      { "modules.json": [{ type: "sentence_transformers.models.Dense" }] },
    ],
  ])("fails with %s: %s", async (code, message, files) => {
    const changes = typeof files === "function" ? await files() : files;
    const folder = await changedModel("tiny-encoder", changes);
    await expect(open(folder)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  test("fails when it is a cross-encoder, naming what its graph has", async () => {
    await expect(open(tinyModel("tiny-cross-encoder"))).rejects.toMatchObject({
      code: "unknown-model",
      message: expect.stringMatching(
        /expected .* output sentence_embedding or last_hidden_state or token_embeddings; found .* outputs logits/,
      ),
    });
  });

  test("fails when there is no such folder or graph", async () => {
    const code = "unknown-model";
    await expect(open("/nowhere/at-all")).rejects.toMatchObject({ code });
    await expect(open(TINY, { graph: "onnx/other.onnx" })).rejects.toMatchObject({ code });
  });
});

/** The thread is started from a built file; `npm test` builds first. */
const built = new URL("../../../dist/rank/onnx/index.js", import.meta.url);

test.skipIf(!existsSync(built))("runs in a thread of its own, once built", async () => {
  const { loadTextEmbedder: load } = await import(/* @vite-ignore */ built.href);
  const embedder: TextEmbedder = await load(TINY, { threads: 1 });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  const texts = new Array(2000).fill("the first railway opened");
  const vectors = await embedder.embed([...texts, expected.texts[0]], { kind: "document" });
  clearInterval(timer);
  expectNear(vectors[2000], expected.embeddings[1]);
  expect(ticks).toBeGreaterThan(3);
  await embedder.close();
  await expect(load("/nowhere")).rejects.toMatchObject({ code: "unknown-model" });
});

/** A folder made by training/export_encoder.py from all-MiniLM-L6-v2. */
const minilm = process.env.LLMLINGUA_MINILM ?? "";

describe.skipIf(minilm === "")(
  "all-MiniLM-L6-v2 (skipped unless LLMLINGUA_MINILM names a folder)",
  () => {
    describeRanker("all-MiniLM-L6-v2", () => asRanker(open(minilm)));

    test("puts the text that answers first, without a word in common", async () => {
      const ranker = await asRanker(open(minilm));
      const texts = [
        "Bananas grow in the tropics.",
        "Puppies are young dogs.",
        "It rained all day.",
      ];
      const scores = await ranker.score("baby canines", texts);
      expect(scores.indexOf(Math.max(...scores))).toBe(1);
      await ranker.close();
    });
  },
);
