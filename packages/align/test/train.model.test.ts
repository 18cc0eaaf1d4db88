/** The training graphs on the real model, and `llmlingua align train` from pairs to a scorer. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openTrainingGraphs, type TrainingGraphs } from "@llmlingua/align";
import { run } from "@llmlingua/align/command";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import type { Io } from "llmlingua/cli-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  fixtureAdapters,
  fixtureBatch,
  largestDifference,
  readGradients,
  writePairs,
} from "./train-fixtures.js";

const BASE = fileURLToPath(modelDirectory);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "llmlingua-train-"));
  await writePairs(join(folder, "pairs.jsonl"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("the training graphs", () => {
  let graphs: TrainingGraphs;
  beforeAll(async () => {
    graphs = await openTrainingGraphs({ base: BASE });
  });
  afterAll(() => graphs.close());

  test("have PyTorch's loss, log-probabilities and gradients", async () => {
    const wanted = await readGradients();
    const given = { adapters: fixtureAdapters(wanted, graphs), scale: wanted.adapters.scale };
    const batch = fixtureBatch(wanted);
    const { loss, gradients } = await graphs.step(batch, given);
    expect(loss).toBeCloseTo(wanted.loss, 4);
    expect(largestDifference(wanted, gradients)).toBeLessThan(1e-4);
    const logprobs = await graphs.logprobs(batch, given);
    const off = wanted.logprobs.map((logprob, at) => Math.abs(logprob - logprobs[at]));
    expect(Math.max(...off)).toBeLessThan(1e-3);
  });
});

/** The command with the outside as strings; `abortAt` cancels when that is written to standard error. */
async function outcome(line: string, abortAt?: RegExp) {
  const [out, err]: [string[], string[]] = [[], []];
  const controller = new AbortController();
  const io: Io = {
    stdin: { async *[Symbol.asyncIterator]() {} },
    stdout: { write: (text) => out.push(text) },
    stderr: {
      write(text) {
        err.push(text);
        if (abortAt?.test(text)) controller.abort();
      },
    },
    env: {},
    signal: controller.signal,
  };
  const words = line.split(" ").map((word) => word.replaceAll("FOLDER", folder));
  return { code: await run(words, io), out: out.join(""), err: err.join("") };
}

const TRAIN =
  "train --pairs FOLDER/pairs.jsonl --batch-tokens 256 --learning-rate 1e-3 --evaluations 2";
const adapterOf = (scorer: string) => readFile(join(folder, scorer, "adapter.safetensors"));

describe("llmlingua align train", () => {
  test("learns twenty pairs, and a cancelled training ends with the same bytes", async () => {
    const whole = await outcome(`${TRAIN} --out FOLDER/whole --json`);
    expect(whole.code, whole.err).toBe(0);
    const { loss, stopped } = JSON.parse(whole.out);
    expect(stopped).toBe("finished");
    expect(loss.after).toBeLessThan(0.8 * loss.before);
    expect(loss.pairs).toBe(2);

    const command = `${TRAIN} --out FOLDER/halves`;
    const first = await outcome(command, /^step 2 /);
    expect(first.code).toBe(130);
    expect(first.err).toMatch(
      /Cancelled after step 2 of \d+\. The same command goes on from there/,
    );
    const state = await readFile(join(folder, "halves.checkpoint", "state.json"), "utf8");
    expect(JSON.parse(state).identity).toMatchObject({
      graphs: expect.stringMatching(/^[0-9a-f]{64}$/),
      llmlingua: expect.any(String),
      onnxruntime: expect.any(String),
    });
    const second = await outcome(command);
    expect(second.code, second.err).toBe(0);
    expect(second.err).toMatch(/^step 2 /m);
    expect(second.err).not.toMatch(/^step 1 /m);
    expect((await adapterOf("halves")).equals(await adapterOf("whole"))).toBe(true);
    expect(await readdir(folder)).toEqual(["halves", "pairs.jsonl", "whole"]);
  });

  test("ends with an error where nothing got better, and keeps the older scorer and the checkpoint", async () => {
    const before = await adapterOf("whole");
    const line = `${TRAIN} --learning-rate 50 --clip 1000 --out FOLDER/whole`;
    const { code, out, err } = await outcome(line);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/No adapters were better than none.*--no-resume/);
    expect((await adapterOf("whole")).equals(before)).toBe(true);
    expect(await readdir(join(folder, "whole.checkpoint"))).toContain("state.json");
  });

  test("refuses a base that is another model, or damaged, and says which file differs", async () => {
    const base = join(folder, "base");
    await cp(BASE, base, { recursive: true, dereference: true });
    const path = join(base, "weights-1.bin");
    const bytes = await readFile(path);
    bytes[12345] ^= 1;
    await writeFile(path, bytes);
    const { code, err } = await outcome(`${TRAIN} --base ${base} --out FOLDER/other`);
    expect(code).toBe(2);
    expect(err).toMatch(/weights-1\.bin in .* has SHA-256 .* not smollm2-135m-instruct/);
  });
});
