/**
 * Reports with the real scorer: a folder whose adapters change little, and a server on loopback.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import type { Io } from "llmlingua/cli-kit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../dist/cli/index.js";
import { type Adapters, baseSha256, GRAPHS, readWeightsIndex } from "../dist/graphs/index.js";
import { pairId, writeScorerFolder } from "../dist/index.js";

const PROMPTS = ["What is a cat?", "What is a river?", "What is a hammer?", "What is a song?"];

let root: string;
let server: Server;
let where: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "align-report-"));
  const lines = PROMPTS.map((content, index) =>
    JSON.stringify({ messages: [{ role: "user", content }], answer: `It is thing ${index}.` }),
  );
  await writeFile(join(root, "pairs.jsonl"), `${lines.join("\n")}\n`);
  await writeFile(join(root, "text.txt"), "The mill ground barley.\n\nThe river ran around it.");
  await writeScorer(join(root, "same"), 0);
  await writeScorer(join(root, "other"), 0.4);
  server = createServer((request, response) => {
    request.resume().on("end", () => {
      const content = ["It", " is", " an", " animal", "."];
      const logprobs = { content: content.map((token) => ({ token, logprob: -0.4 })) };
      const message = { content: content.join("") };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ choices: [{ message, logprobs, finish_reason: "stop" }] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  where = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(root, { recursive: true });
});

/** One pair of rank 1 at the last layer's `output`, of which `size` says how much it changes. */
async function writeScorer(out: string, size: number): Promise<void> {
  const index = await readWeightsIndex(GRAPHS);
  const tensor = (dims: readonly number[], value: number) => ({
    dims,
    data: new Float32Array(576).fill(value),
  });
  const adapters: Adapters = new Map([
    ["layer29.output.a", tensor([576, 1], 0.05)],
    ["layer29.output.b", tensor([1, 576], size)],
  ]);
  const heldOutIds = PROMPTS.map((content) => pairId([{ role: "user", content }]));
  await writeScorerFolder({
    ...{ out, base: fileURLToPath(modelDirectory), graphs: GRAPHS, adapters, scale: 1 },
    training: {
      format: "llmlingua-aligned/1",
      base: { name: index.base, sha256: baseSha256(index) },
      pairs: { path: "pairs.jsonl", sha256: "0".repeat(64), train: 1, heldOut: 4 },
      settings: {
        ...{ rank: 1, alpha: 1, learningRate: 1e-3, epochs: 1, batchTokens: 256, maxTokens: 256 },
        ...{ template: "plain", warmup: 0, clip: 1, weightDecay: 0, seed: 0, heldOut: 4 },
      },
      ...{ steps: 1, tokens: 1, seconds: 1, stopped: "finished" },
      loss: { before: 2, after: 2, bestStep: 0 },
      heldOutIds,
      versions: { llmlingua: "0.1.0", node: process.version, onnxruntime: "1" },
    },
  });
}

async function reportOf(scorer: string, ...more: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const io: Io = {
    stdin: { async *[Symbol.asyncIterator]() {} },
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    env: {},
    signal: new AbortController().signal,
  };
  const folder = join(root, `report-${scorer}`);
  const given = ["--pairs", join(root, "pairs.jsonl"), "--text", join(root, "text.txt")];
  const words = ["report", "--scorer", join(root, scorer), ...given, "--out", folder, ...more];
  const code = await run(words, io);
  const summary = JSON.parse(await readFile(join(folder, "summary.json"), "utf8"));
  return { code, err: err.join(""), summary, markdown: out.join("") };
}

describe("a report", () => {
  it("finds nothing where adapters add nothing", async () => {
    const { code, summary, markdown } = await reportOf("same");
    expect(code).toBe(0);
    expect(summary.heldOut).toMatchObject({ pairs: 4, cut: 0, sameFile: false });
    expect(Math.abs(summary.heldOut.change.mean)).toBeLessThan(1e-3);
    expect(Math.abs(summary.general.ratio.mean - 1)).toBeLessThan(1e-3);
    expect(markdown).toContain("The ratio is within 3 %");
  });

  it("is written all the same where the target fails, and says so", async () => {
    const gone = ["--target", "http://127.0.0.1:1/v1", "--model", "big", "--retries", "0"];
    const { code, err, summary, markdown } = await reportOf("same", ...gone);
    expect(code).toBe(1);
    expect(err).toContain("The target at http://127.0.0.1:1/v1 failed");
    expect(summary.divergence.measured).toBe(false);
    expect(markdown).toContain("Not measured. The target at");
  });

  it("is partial where the spending cap is reached, and says so", async () => {
    const asked = ["--target", where, "--model", "big"];
    const money = ["--price-in", "1", "--price-out", "1", "--max-cost", "0.000001"];
    const { code, err, summary } = await reportOf("same", ...asked, ...money);
    expect(code).toBe(0);
    expect(err).toContain("Partial: the spending cap was reached.");
    expect(summary).toMatchObject({ cost: 0, divergence: { measured: false } });
    expect(summary.divergence.why).toContain("cap was reached before an answer");
  });

  it("measures a scorer that differs, its target and compression of the same questions", async () => {
    const asked = ["--samples", "4", "--model", "big", "--target", where];
    const task = ["--task", "gsm8k", "--items", "2", "--ratios", "5x", "--methods", "default"];
    const { summary, markdown } = await reportOf("other", ...asked, ...task, "--api", "chat");
    expect(Math.abs(summary.heldOut.change.mean)).toBeGreaterThan(1e-3);
    expect(summary.divergence.value).toMatchObject({ samples: 4, prompts: 4, bytes: 4 * 16 });
    expect(summary.divergence.value.perAnswer.base.mean).toBeGreaterThan(0);
    expect(summary.divergence.value).toMatchObject({ ends: "left out", groups: 4 });
    const [lines, samples] = await Promise.all(
      ["held-out", "samples"].map(async (name) => {
        const text = await readFile(join(root, "report-other", `${name}.jsonl`), "utf8");
        return text
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line));
      }),
    );
    expect([lines.length, samples.length]).toEqual([4, 4]);
    const tokens = lines.reduce((sum, line) => sum + line.tokens, 0);
    expect(tokens).toBe(summary.heldOut.tokens);
    expect(summary.compression.value).toMatchObject({ overlapping: 0, unpaired: 0, failed: 0 });
    expect(markdown).toContain("Too few items to tell at default@5x");
    const runs = ["base", "aligned"].map((name) => join(root, "report-other", name));
    const headers = await Promise.all(
      runs.map(async (folder) => JSON.parse(await readFile(join(folder, "run.json"), "utf8"))),
    );
    const names = headers.map(({ config }) => config.scorer);
    expect(names[0]).toBe(summary.scorers.base);
    expect(names[1]).toMatch(/\+aligned-[0-9a-f]{8}$/);
  });
});
