import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InferenceSession } from "onnxruntime-node";
import { Tensor } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openAdapter } from "./adapter.js";
import { createOrtGraph, ownInputs } from "./ort-graph.js";
import { type FloatTensor, writeSafetensors } from "./safetensors.js";

const place = { name: "tiny", graph: "scorer.onnx", adapter: "a.safetensors", layers: 1 };

const zeros = (...dims: number[]): FloatTensor => ({
  dims,
  data: new Float32Array(dims.reduce((product, dim) => product * dim, 1)),
});
const good = { "up.a": zeros(4, 2), "up.b": zeros(2, 6) };

/** The inputs that a graph with one adapter of free rank has. */
const session = {
  inputNames: [...ownInputs(1), "up.a", "up.b"],
  inputMetadata: [
    { name: "input_ids", isTensor: true, type: "int64", shape: ["batch", "sequence"] },
    { name: "up.a", isTensor: true, type: "float32", shape: [4, "rank"] },
    { name: "up.b", isTensor: true, type: "float32", shape: ["rank", 6] },
  ],
} as const;

describe("a folder's adapter", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "llmlingua-adapter-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function open(tensors: Record<string, FloatTensor>, from = session) {
    const bytes = writeSafetensors(new Map(Object.entries(tensors)));
    await writeFile(join(directory, place.adapter), bytes);
    return openAdapter({ Tensor }, from, directory, place);
  }

  test("becomes inputs of every run", async () => {
    const constants = await open(good);
    const fed: InferenceSession.FeedsType[] = [];
    const run = async (feeds: InferenceSession.FeedsType) => {
      fed.push(feeds);
      return { logprobs: new Tensor("float32", Float32Array.of(-1), [1, 1]) };
    };
    const limits = { layers: 1, kvHeads: 1, headSize: 2, maxTokens: 8 };
    const graph = createOrtGraph({ Tensor }, { run }, limits, constants);
    graph.reserve(2, 0);
    for (const past of [0, 1]) await graph.run(Uint32Array.of(1), Uint32Array.of(2), past);
    expect(fed.map((feeds) => Object.keys(feeds).sort())).toEqual(
      Array(2).fill([...session.inputNames].sort()),
    );
    for (const feeds of fed) expect(feeds["up.a"]).toBe(constants["up.a"]);
  });

  test.each<[string, Record<string, FloatTensor>, RegExp]>([
    ["lacks a tensor", { "up.a": zeros(4, 2) }, /wants the tensor up\.b; a\.safetensors lacks/],
    ["has one too many", { ...good, "down.a": zeros(1) }, /tensor down\.a, which scorer\.onnx/],
    ["has another width", { ...good, "up.a": zeros(5, 2) }, /up\.a of shape \[5,2\].*\[4,rank\]/],
    ["has two ranks", { ...good, "up.b": zeros(3, 6) }, /up\.b of shape \[3,6\].*wants \[2,6\]/],
    ["has other dims", { ...good, "up.b": zeros(2, 6, 1) }, /up\.b of shape \[2,6,1\]/],
    [
      "has a value that is none",
      { ...good, "up.b": { dims: [2, 6], data: new Float32Array(12).fill(Number.NaN) } },
      /values in "up\.b" that are no finite numbers/,
    ],
    ["has an input of the text", { ...good, input_ids: zeros(1) }, /tensor input_ids, which/],
  ])("is refused when it %s", async (_, tensors, message) => {
    await expect(open(tensors)).rejects.toMatchObject({
      code: "damaged-model",
      message: expect.stringMatching(message),
    });
  });

  test("is checked by names where the runtime tells no shapes", async () => {
    const { inputNames } = session;
    const file = { ...good, "up.b": zeros(3, 6) };
    await writeFile(
      join(directory, place.adapter),
      writeSafetensors(new Map(Object.entries(file))),
    );
    const constants = await openAdapter({ Tensor }, { inputNames }, directory, place);
    expect(Object.keys(constants)).toEqual(["up.a", "up.b"]);
  });

  test("is missed at once by a graph that needs one", async () => {
    const without = { ...place, adapter: undefined };
    await expect(openAdapter({ Tensor }, session, directory, without)).rejects.toMatchObject({
      code: "damaged-model",
      message: expect.stringContaining("wants the tensor up.a; its scorer.json names no adapter"),
    });
  });

  test("is named when its file is not there", async () => {
    const gone = { ...place, adapter: "gone.safetensors" };
    await expect(openAdapter({ Tensor }, session, directory, gone)).rejects.toMatchObject({
      code: "damaged-model",
      message: expect.stringContaining("gone.safetensors"),
    });
  });
});
