/**
 * Aligned scorers in use: folders written over the embedded model, opened as any other scorer.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type FloatTensor,
  loadScorer,
  readSafetensors,
  writeSafetensors,
} from "@llmlingua/core/onnx";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../llmlingua/dist/cli/run.js";
import {
  baseSha256,
  batchOf,
  GRAPHS,
  openTrainingGraphs,
  PROJECTIONS,
  readWeightsIndex,
} from "../dist/graphs/index.js";
import { readTraining, type TrainingRecord, writeScorerFolder } from "../dist/index.js";

const base = fileURLToPath(modelDirectory);
const SCALE = 2;
const RANK = 2;
const LAYERS = 30;
const WIDTHS = {
  ...{ q: [576, 576], k: [576, 192], v: [576, 192], output: [576, 576] },
  ...{ gate: [576, 1536], up: [576, 1536], down: [1536, 576] },
} as const;

const TEXT = `The mill at Sandvik was built by the brothers Holm in 1804 and ground barley for the whole parish until
the river was led around the village. Today it is a café with six tables. The ferry to Torvik carries forty passengers and
nine cars. It was painted red last year, although most of the villagers had voted for the old green. The school has two
rooms, one for each of its teachers; its bell was cast in Lübeck and cracked in the hard winter of 1942.`;

const RECORD: TrainingRecord = {
  format: "llmlingua-aligned/1",
  base: { name: "smollm2-135m-instruct", sha256: "" },
  pairs: { path: "pairs.jsonl", sha256: "0".repeat(64), train: 90, heldOut: 10 },
  settings: {
    ...{ rank: RANK, alpha: 4, learningRate: 5e-4, epochs: 1, batchTokens: 1024, maxTokens: 1024 },
    ...{ template: "plain", warmup: 0.06, clip: 1, weightDecay: 0, seed: 0, heldOut: 0.1 },
  },
  ...{ steps: 40, tokens: 20_000, seconds: 61.4, stopped: "finished" },
  loss: { before: 2, after: 1.5, bestStep: 40 },
  heldOutIds: [],
  versions: { llmlingua: "0.1.0", node: process.version, onnxruntime: "1.30.0" },
};

/** Numbers in −size … size, always the same; `b` of size 0 makes adapters that add nothing. */
function randomAdapters(size: number): Map<string, FloatTensor> {
  let seed = 7;
  const random = (dims: readonly number[], size: number): FloatTensor => ({
    dims,
    data: Float32Array.from({ length: dims[0] * dims[1] }, () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return ((seed / 2 ** 32) * 2 - 1) * size;
    }),
  });
  const adapters = new Map<string, FloatTensor>();
  for (let layer = 0; layer < LAYERS; layer++) {
    for (const projection of PROJECTIONS) {
      const [inputs, outputs] = WIDTHS[projection];
      adapters.set(`layer${layer}.${projection}.a`, random([inputs, RANK], 0.05));
      adapters.set(`layer${layer}.${projection}.b`, random([RANK, outputs], size));
    }
  }
  return adapters;
}

let root: string;
let training: TrainingRecord;
beforeAll(async () => {
  const sha256 = baseSha256(await readWeightsIndex());
  training = { ...RECORD, base: { ...RECORD.base, sha256 } };
  root = await mkdtemp(join(tmpdir(), "llmlingua-use-"));
});
afterAll(() => rm(root, { recursive: true }));

async function write(name: string, adapters: ReadonlyMap<string, FloatTensor>): Promise<string> {
  const out = join(root, name);
  await writeScorerFolder({ out, base, graphs: GRAPHS, adapters, scale: SCALE, training });
  return out;
}

/** Scores of every token of the text but the first, and the ids with the start token in front. */
async function scored(folder: string, verify = true) {
  const scorer = await loadScorer(folder, { verify, threads: 2 });
  try {
    const ids = Uint32Array.of(0, ...scorer.tokenizer.encode(TEXT).ids);
    return { ids, logprobs: await scorer.score(ids, { from: 1 }), name: scorer.name };
  } finally {
    await scorer.close();
  }
}

const meanDifference = (one: Float32Array, other: Float32Array) =>
  one.reduce((sum, value, index) => sum + Math.abs(value - other[index]), 0) / one.length;

describe("an aligned scorer", () => {
  test("gives the base's scores bit for bit where its adapters add nothing", async () => {
    const { logprobs } = await scored(base);
    const zero = randomAdapters(0);
    const partly = new Map([...zero].filter(([name]) => /\.[qv]\./.test(name)));
    for (const adapters of [zero, partly]) {
      const aligned = await scored(await write("zero", adapters));
      expect(aligned.name).toMatch(/^smollm2-135m-instruct\+aligned-[0-9a-f]{8}$/);
      expect(aligned.logprobs).toEqual(logprobs);
    }
  });

  test("gives the training graph's scores with trained adapters, up to rounded activations", async () => {
    const adapters = randomAdapters(0.05);
    const before = await scored(base);
    const { ids, logprobs } = await scored(await write("random", adapters));
    const graphs = await openTrainingGraphs({ base, threads: 2 });
    try {
      const batch = batchOf([{ ids, from: 1, cut: "none" }]);
      const trained = await graphs.logprobs(batch, { adapters, scale: SCALE });
      expect(meanDifference(logprobs, trained)).toBeLessThan(0.15);
      expect(meanDifference(logprobs, before.logprobs)).toBeGreaterThan(0.4);
    } finally {
      await graphs.close();
    }
    expect(await readTraining(join(root, "random"))).toEqual(training);
  });

  test("is opened by `llmlingua compress --model` and shown by `llmlingua models`", async () => {
    const file = join(root, "prompt.txt");
    await writeFile(file, TEXT);
    const folder = join(root, "random");
    const own = await outcome(["compress", file, "--rate", "0.7", "--json", "--model", folder]);
    const others = await outcome(["compress", file, "--rate", "0.7", "--json"]);
    expect([own.code, own.err]).toEqual([0, ""]);
    const [mine, theirs] = [own, others].map(({ out }) => JSON.parse(out));
    expect(mine.scorer).toMatch(/^smollm2-135m-instruct\+aligned-[0-9a-f]{8}$/);
    expect(mine.compressedTokens).toBeLessThan(mine.originalTokens);
    expect(mine.text).not.toBe(theirs.text);
    const { out } = await outcome(["models", folder]);
    expect(out).toMatch(/\+aligned-[0-9a-f]{8}\n {2}base {8}smollm2-135m-instruct\n/);
    expect(out).toContain("  adapter     adapter.safetensors\n");
  });
});

describe("an aligned scorer's folder", () => {
  const path = () => join(root, "damaged", "adapter.safetensors");
  let whole: Buffer;
  beforeAll(async () => {
    await cp(join(root, "random"), join(root, "damaged"), { recursive: true });
    whole = await readFile(path());
  });

  async function refusal(bytes: Uint8Array | undefined, verify: boolean): Promise<string> {
    if (bytes === undefined) await rm(path());
    else await writeFile(path(), bytes);
    const error = await scored(join(root, "damaged"), verify).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "damaged-model" });
    return (error as Error).message;
  }

  test("is refused, naming what is wrong, where the adapter is damaged, of another base, or missing", async () => {
    const flipped = Uint8Array.from(whole);
    flipped[whole.length - 7] ^= 1;
    expect(await refusal(flipped, true)).toContain("adapter.safetensors");
    expect(await refusal(whole.subarray(0, 5000), false)).toContain("its header is said to have");
    const { tensors } = readSafetensors(whole, "x");
    const narrow = { dims: [512, 6], data: new Float32Array(512 * 6) };
    const other = new Map(tensors).set("layer3.qkv.a", narrow);
    expect(await refusal(writeSafetensors(other), false)).toContain(
      "layer3.qkv.a of shape [512,6]",
    );
    const fewer = new Map([...tensors].filter(([name]) => name !== "layer29.down.b"));
    expect(await refusal(writeSafetensors(fewer), false)).toContain("layer29.down.b");
    for (const verify of [true, false]) {
      await writeFile(path(), whole);
      expect(await refusal(undefined, verify)).toContain("adapter.safetensors");
    }
  });

  test("is refused as a base", async () => {
    const out = join(root, "twice");
    const given = { out, graphs: GRAPHS, adapters: new Map(), scale: 1, training };
    await expect(writeScorerFolder({ ...given, base: join(root, "random") })).rejects.toMatchObject(
      { code: "data-missing" },
    );
  });
});

async function outcome(words: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(words, {
    io: {
      stdin: { async *[Symbol.asyncIterator]() {} },
      stdout: { write: (text) => out.push(text) },
      stderr: { write: (text) => err.push(text) },
      env: {},
      signal: new AbortController().signal,
    },
    packaged: () => Promise.reject(new Error("not asked for")),
    library: () => import("../../llmlingua/dist/cli/library.js"),
  });
  return { code, out: out.join(""), err: err.join("") };
}
