import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io } from "llmlingua/cli-kit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TrainingRecord } from "../folder/index.js";
import { baseSha256, GRAPHS, readWeightsIndex } from "../graphs/index.js";
import { pairId } from "../pairs/id.js";
import { headerOf, promptOf, resultOf, writeRun } from "../report/runs-suite.js";
import { run } from "./index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "align-report-"));
  const line = (content: string) =>
    `${JSON.stringify({ messages: [{ role: "user", content }], answer: "Yes." })}\n`;
  await writeFile(join(folder, "pairs.jsonl"), ["One?", "Two?", "Three?"].map(line).join(""));
  await writeFile(join(folder, "broken.jsonl"), `${line("One?")}{"messages": 1}\n`);
  await mkdir(join(folder, "empty"));
  await mkdir(join(folder, "named"));
  const { base, files } = await readWeightsIndex(GRAPHS);
  await writeFile(join(folder, "named", "scorer.json"), JSON.stringify({ name: base }));
  for (const { path } of files) await writeFile(join(folder, "named", path), "other weights");
  await writeScorer("good", [pairId([{ role: "user", content: "One?" }])]);
  await writeScorer("strange", ["0123456789abcdef"]);
  await writeScorer("greedy", []);
  const prompts = [promptOf("abc")];
  await writeRun(join(folder, "run"), headerOf(), [resultOf(0)], { prompts });
  await writeRun(join(folder, "tuned"), headerOf({ scorer: "x" }), [resultOf(0)], { prompts });
  await writeRun(join(folder, "run-5"), headerOf({ items: 5, scorer: "x" }), [resultOf(0)]);
});
afterAll(() => rm(folder, { recursive: true }));

/** A folder that has the record of a training, and nothing else. */
async function writeScorer(name: string, heldOutIds: readonly string[]): Promise<void> {
  const index = await readWeightsIndex(GRAPHS);
  const record: TrainingRecord = {
    format: "llmlingua-aligned/1",
    base: { name: index.base, sha256: baseSha256(index) },
    pairs: { path: "pairs.jsonl", sha256: "0".repeat(64), train: 2, heldOut: 1 },
    settings: {
      ...{ rank: 8, alpha: 16, learningRate: 1e-3, epochs: 1, batchTokens: 64, maxTokens: 64 },
      ...{ template: "plain", warmup: 0, clip: 1, weightDecay: 0, seed: 0, heldOut: 1 },
    },
    ...{ steps: 1, tokens: 1, seconds: 1, stopped: "finished" },
    loss: { before: 2, after: 1, bestStep: 1 },
    heldOutIds: [...heldOutIds],
    versions: { llmlingua: "0.1.0", node: "v20", onnxruntime: "1" },
  };
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, "training.json"), JSON.stringify(record));
}

/** One command line; F is the folder. */
async function outcome(line: string) {
  const [out, err]: [string[], string[]] = [[], []];
  const io: Io = {
    stdin: { async *[Symbol.asyncIterator]() {} },
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    env: {},
    signal: new AbortController().signal,
  };
  const words = ["report", ...line.split(" ").map((word) => word.replace(/^F\//, `${folder}/`))];
  return { code: await run(words, io), out: out.join(""), err: err.join("") };
}

const GOOD = "--scorer F/good --pairs F/pairs.jsonl";

describe("llmlingua align report", () => {
  it("has help with its flags and examples", async () => {
    const { code, out } = await outcome("--help");
    expect(code).toBe(0);
    for (const flag of ["--scorer", "--pairs", "--text", "--target", "--task", "--runs"]) {
      expect(out).toContain(flag);
    }
  });

  it.each([
    ["--pairs F/pairs.jsonl", /--scorer/],
    ["--scorer F/good", /--pairs/],
    ["--scorer F/none --pairs F/pairs.jsonl", /none is not the folder of an aligned scorer/],
    ["--scorer F/empty --pairs F/pairs.jsonl", /empty is not the folder of an aligned scorer/],
    ["--scorer F/good --pairs F/none.jsonl", /none\.jsonl/],
    ["--scorer F/good --pairs F/broken.jsonl", /broken\.jsonl, line 2/],
    ["--scorer F/strange --pairs F/pairs.jsonl", /lacks 1 of the 1 pairs that were held out/],
    ["--scorer F/greedy --pairs F/pairs.jsonl", /nothing was held out/],
    [`${GOOD} --text F/empty`, /holds no text/],
    [`${GOOD} --text F/none`, /Cannot read/],
    [`${GOOD} --target http://h/v1`, /needs --model NAME/],
    [`${GOOD} --target http://h/v1 --model m --api-key-env NO_KEY`, /NO_KEY, which is not set/],
    [`${GOOD} --target ftp://h/v1 --model m`, /http: or https:/],
    [`${GOOD} --task gsm8k`, /--task needs --target/],
    [`${GOOD} --target embedded --task nonsense`, /no task nonsense/],
    [`${GOOD} --target embedded --task gsm8k --methods nonsense`, /no method nonsense/],
    [
      `${GOOD} --target embedded --task gsm8k --methods llmlingua2`,
      /no method llmlingua2 that a scorer is used with.*the sets main/,
    ],
    [`${GOOD} --target embedded --task gsm8k --ratios 1x`, /above 1/],
    [`${GOOD} --target embedded --task gsm8k --data F/none`, /none/],
    [`${GOOD} --runs F/run`, /--runs has 1 folders/],
    [`${GOOD} --runs F/run F/tuned F/run`, /--runs has 3 folders/],
    [`${GOOD} --runs F/run F/tuned F/run-5 F/tuned`, /run-5 has items 5, .*tuned has 4/],
    [`${GOOD} --runs F/run F/tuned F/run F/tuned`, /run and .*run compressed the same prompt/],
    [`${GOOD} --runs F/run F/run --task gsm8k`, /exclude each other/],
    [`${GOOD} --runs F/run F/none`, /Cannot read/],
    [`${GOOD} --runs F/run F/run`, /Both runs compressed with base/],
    [`${GOOD} --runs F/run F/run-5`, /differ by more than the scorer: .*items 4/],
    [`${GOOD} --samples -1`, /whole number/],
    [`${GOOD} --max-cost 1`, /Give --price-in and --price-out/],
    [`${GOOD} --base F/empty --out F/out`, /No scorer\.onnx in .*empty.*--base/],
    [`${GOOD} --base F/named --out F/out`, /has 13 bytes, not \d+: this is not smollm2/],
  ])("%s is refused with the way out", async (line, message) => {
    const { code, err } = await outcome(line);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  it("says what it would ask and what that costs at most, and asks and writes nothing", async () => {
    const task = "--task gsm8k --items 3 --methods default,full --ratios 5x --api chat";
    const asked = `--target http://127.0.0.1:1/v1 --model m --samples 10 --sample-tokens 20 ${task}`;
    const money = "--price-in 1000 --price-out 2000 --max-cost 1";
    const { code, out, err } = await outcome(`${GOOD} ${asked} ${money} --out F/dry --dry-run`);
    expect([code, out]).toEqual([0, ""]);
    // 2 scorers, 2 conditions, 3 items, answers alone.
    expect(err).toMatch(/^Compression: at most 12 requests, about [\d,]+ prompt tokens/);
    // "One?" is 2 tokens, and a message some 8 more.
    expect(err).toContain(
      "Divergence: at most 10 requests, about 100 prompt tokens, at most 200 tokens",
    );
    expect(err).toMatch(/Nothing was asked or written\. Up to about \d+\.\d\d USD\.\n$/);
    expect(await readdir(folder)).not.toContain("dry");
    const set = await outcome(`${GOOD} ${asked.replace("default,full", "ablations")} --dry-run`);
    expect(set.err).toMatch(/^Compression: at most 42 requests/);
    const none = await outcome(`${GOOD} --dry-run`);
    expect(none.err.match(/no server is asked/g)).toHaveLength(2);
  });

  it("says where it cannot write before it measures anything", async () => {
    const { code, err } = await outcome(`${GOOD} --out F/pairs.jsonl`);
    expect(err).toMatch(/Cannot write the report to .*pairs\.jsonl.*another --out/);
    expect(code).toBe(2);
  });
});
