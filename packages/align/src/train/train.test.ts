import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSafetensors } from "@llmlingua/core/onnx";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EncodedPair } from "../encode/index.js";
import { type Adapters, type Batch, PROJECTIONS, type Widths } from "../graphs/index.js";
import { type CheckpointStore, checkpointStore, type WriteFile } from "./checkpoint-store.js";
import type { Trained } from "./result.js";
import { DEFAULTS, type TrainSettings } from "./settings.js";
import type { Model } from "./steps.js";
import { type TrainInput, train } from "./train.js";

const WIDTHS = Object.fromEntries(PROJECTIONS.map((name) => [name, [3, 2]])) as unknown as Widths;
const AIM = 0.05;

/** A bowl: adapters are the better the nearer every number is to AIM; batches shift it a little. */
function bowl(lossAt: (step: number, loss: number) => number = (_, loss) => loss): Model {
  let steps = 0;
  const shift = ({ ids }: Batch) => Number(ids[0] % 3n) / 100;
  const lossOf = (adapters: Adapters, aim: number) => {
    let sum = 1;
    for (const { data } of adapters.values()) for (const x of data) sum += (x - aim) ** 2;
    return sum;
  };
  return {
    layers: 2,
    widths: WIDTHS,
    async step(batch, { adapters }) {
      const aim = AIM + shift(batch);
      const slopes = [...adapters].map(
        ([name, { dims, data }]) => [name, { dims, data: data.map((x) => 2 * (x - aim)) }] as const,
      );
      return { loss: lossAt(++steps, lossOf(adapters, aim)), gradients: new Map(slopes) };
    },
    async logprobs({ weights }, { adapters }) {
      return new Float32Array(weights.filter((weight) => weight !== 0).length).fill(
        -lossOf(adapters, AIM),
      );
    },
  };
}

const PAIRS: readonly EncodedPair[] = Array.from({ length: 24 }, (_, i) => ({
  ids: Uint32Array.from({ length: 4 + (i % 5) }, (_, at) => i + at),
  from: 2,
  cut: "none",
}));

const SETTINGS: TrainSettings = {
  ...DEFAULTS,
  ...{ rank: 2, learningRate: 0.05, epochs: 2, batchTokens: 16, evaluations: 4 },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "llmlingua-train-"));
});
afterEach(() => rm(folder, { recursive: true }));

const storeOf = (identity = { seed: 1 }, write?: WriteFile): CheckpointStore =>
  checkpointStore(join(folder, "run.checkpoint"), identity, write);

const runWith = (input: Partial<TrainInput> = {}) =>
  train({
    ...{ model: bowl(), train: PAIRS.slice(4), heldOut: PAIRS.slice(0, 4), settings: SETTINGS },
    ...{ checkpoints: storeOf(), checkpointSteps: 3 },
    ...input,
  });

const bytesOf = ({ adapters }: Trained) => Buffer.from(writeSafetensors(adapters)).toString("hex");

/** Cancels when `step` is reached. */
function cancelledAt(step: number): Partial<TrainInput> {
  const controller = new AbortController();
  const model = bowl();
  return {
    signal: controller.signal,
    onProgress: (progress) => progress.step === step && controller.abort(),
    model: {
      ...model,
      async step(...given) {
        const { throwIfAborted } = await import("../errors.js");
        throwIfAborted(controller.signal);
        return model.step(...given);
      },
    },
  };
}

describe("training", () => {
  test("lowers the held-out loss and keeps the best adapters", async () => {
    const { before, best, state, steps, stopped } = await runWith();
    expect(stopped).toBe("finished");
    expect(best.loss).toBeLessThan(before.loss);
    expect(state.evaluations.map(({ step }) => step)).toHaveLength(5);
    expect(state.losses).toHaveLength(steps);
  });

  test("comes out the same for a seed, and otherwise for another", async () => {
    const one = await runWith();
    await storeOf().remove();
    const again = await runWith();
    await storeOf().remove();
    const other = await runWith({ settings: { ...SETTINGS, seed: 7 } });
    expect(bytesOf(again)).toBe(bytesOf(one));
    expect(bytesOf(other)).not.toBe(bytesOf(one));
  });

  test.each([0, 1, 4, 7])(
    "cancelled at step %i and taken up ends with the same bytes",
    async (step) => {
      const whole = await runWith();
      await storeOf().remove();
      await expect(runWith(cancelledAt(step))).rejects.toMatchObject({
        code: "aborted",
        message: expect.stringContaining(`Cancelled after step ${step} of`),
      });
      const rest = await runWith();
      expect(bytesOf(rest)).toBe(bytesOf(whole));
      expect(rest.state.losses).toEqual(whole.state.losses);
      expect(rest.state.evaluations).toEqual(whole.state.evaluations);
    },
  );

  test("stops where the held-out loss no longer falls", async () => {
    const settings = { ...SETTINGS, learningRate: 1, evaluations: 10, patience: 2 };
    const { stopped, state, best } = await runWith({ settings });
    expect(stopped).toBe("early");
    expect(state.evaluations.at(-1)?.step).toBeGreaterThan(best.step);
  });

  test("needs a pair to train with and one to measure on", async () => {
    for (const none of [{ train: [] }, { heldOut: [] }])
      await expect(runWith(none)).rejects.toMatchObject({ code: "too-few-pairs" });
  });
});

describe("a training that diverges", () => {
  test.each([Number.NaN, Infinity])(
    "stops at a loss of %d and keeps the best adapters",
    async (bad) => {
      const model = bowl((step, loss) => (step === 8 ? bad : loss));
      const { stopped, reason, state } = await runWith({ model });
      expect([stopped, state.step]).toEqual(["diverged", 7]);
      expect(reason).toBe(`the loss is ${bad}`);
    },
  );

  test("stops at a gradient that is no number", async () => {
    const model = bowl();
    const broken: Model = {
      ...model,
      async step(...given) {
        const made = await model.step(...given);
        const [first] = made.gradients.values();
        first.data[0] = Number.NaN;
        return made;
      },
    };
    await expect(runWith({ model: broken })).rejects.toMatchObject({
      code: "diverged",
      message: expect.stringMatching(/gradient's norm is NaN.*Lower --learning-rate/),
    });
  });

  test("stops after three steps above three times the loss before", async () => {
    const model = bowl((step, loss) => (step >= 5 ? 100 : loss));
    const { stopped, reason, state } = await runWith({ model });
    expect([stopped, state.step]).toEqual(["diverged", 6]);
    expect(reason).toMatch(/above 3 times the one before training/);
  });

  test("is an error where nothing was better than the start", async () => {
    const model = bowl(() => Number.NaN);
    await expect(runWith({ model })).rejects.toMatchObject({ code: "diverged" });
  });
});

describe("checkpoints", () => {
  test("are left alone by another run, which is told what differs", async () => {
    await expect(runWith(cancelledAt(2))).rejects.toMatchObject({ code: "aborted" });
    await expect(runWith({ checkpoints: storeOf({ seed: 2 }) })).rejects.toMatchObject({
      code: "other-run",
      message: expect.stringMatching(/seed was 1 and is 2.*--no-resume/),
    });
  });

  test("that cannot be written end the training; the one before is whole", async () => {
    const whole = await runWith();
    await storeOf().remove();
    let writes = 0;
    const full: WriteFile = async (path, bytes) => {
      if (++writes <= 3) return writeFile(path, bytes);
      await writeFile(path, bytes.slice(0, 5));
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    };
    const checkpoints = storeOf(undefined, full);
    await expect(runWith({ checkpoints })).rejects.toMatchObject({
      code: "write-failed",
      message: expect.stringMatching(/ENOSPC.*The one before is kept/),
    });
    expect((await readdir(checkpoints.folder)).filter((name) => /part/.test(name))).toEqual([]);
    expect((await storeOf().read())?.step).toBe(0);
    expect(bytesOf(await runWith())).toBe(bytesOf(whole));
  });

  test("hold one set of tensors at a time, and are refused when they are damaged", async () => {
    await runWith();
    const { folder: place } = storeOf();
    const names = await readdir(place);
    expect(names).toHaveLength(2);
    const tensors = names.find((name) => name.endsWith(".safetensors")) ?? "";
    await writeFile(join(place, tensors), "short");
    await expect(storeOf().read()).rejects.toMatchObject({ code: "data-layout" });
    await writeFile(join(place, "state.json"), "{");
    await expect(storeOf().read()).rejects.toThrow(/state\.json is damaged.*--no-resume/);
  });
});
