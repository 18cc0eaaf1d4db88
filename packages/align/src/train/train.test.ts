import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerTokens, type Batch } from "../graphs/index.js";
import { bowl, bytesOf, cancelledAt, PAIRS, SETTINGS, watched } from "./bowl-suite.js";
import { checkpointStore } from "./checkpoint-store.js";
import type { Model } from "./steps.js";
import { type TrainInput, train } from "./train.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "llmlingua-train-"));
});
afterEach(() => rm(folder, { recursive: true }));

const store = () => checkpointStore(join(folder, "run.checkpoint"), { seed: 1 });

const runWith = (input: Partial<TrainInput> = {}) =>
  train({
    ...{ model: bowl(), train: PAIRS.slice(4), heldOut: PAIRS.slice(0, 4), settings: SETTINGS },
    ...{ checkpoints: store(), checkpointSteps: 3 },
    ...input,
  });

describe("training", () => {
  test("lowers the held-out loss and keeps the adapters of the best measurement", async () => {
    const { model, measured } = watched(bowl());
    const { adapters, before, best, state, steps, stopped } = await runWith({ model });
    expect(stopped).toBe("finished");
    expect(best.loss).toBeLessThan(before.loss);
    expect(state.evaluations.map(({ step }) => step)).toHaveLength(5);
    expect(state.losses).toHaveLength(steps);
    expect(bytesOf(adapters)).toBe(measured[state.evaluations.indexOf(best)]);
  });

  test("counts every answer token of an epoch alike, whatever its batch, and shows means", async () => {
    const batches: Batch[] = [];
    const model = bowl((_, loss) => loss);
    const noted: Model = {
      ...model,
      async step(batch, given) {
        batches.push(batch);
        const made = await model.step(batch, given);
        // Two nats for every answer token.
        return { ...made, loss: 2 * batch.weights.reduce((sum, weight) => sum + weight, 0) };
      },
    };
    const settings = { ...SETTINGS, epochs: 1 };
    const { state, steps } = await runWith({ model: noted, settings });
    const weights = batches.flatMap((batch) => [...batch.weights.filter((weight) => weight > 0)]);
    expect(weights).toHaveLength(PAIRS.slice(4).reduce((sum, pair) => sum + answerTokens(pair), 0));
    expect(new Set(weights).size).toBe(1);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(steps, 5);
    expect(new Set(batches.map(({ rows, length }) => rows * length)).size).toBeGreaterThan(1);
    for (const loss of state.losses) expect(loss).toBeCloseTo(2, 5);
  });

  test("comes out the same for a seed, and otherwise for another", async () => {
    const one = await runWith();
    await store().remove();
    const again = await runWith();
    await store().remove();
    const other = await runWith({ settings: { ...SETTINGS, seed: 7 } });
    expect(bytesOf(again.adapters)).toBe(bytesOf(one.adapters));
    expect(bytesOf(other.adapters)).not.toBe(bytesOf(one.adapters));
  });

  test.each([0, 1, 4, 7])(
    "cancelled at step %i and taken up ends with the same bytes",
    async (step) => {
      const whole = await runWith();
      await store().remove();
      await expect(runWith(cancelledAt(step))).rejects.toMatchObject({
        code: "aborted",
        message: expect.stringContaining(`Cancelled after step ${step} of`),
      });
      const rest = await runWith();
      expect(bytesOf(rest.adapters)).toBe(bytesOf(whole.adapters));
      expect(rest.state.losses).toEqual(whole.state.losses);
      expect(rest.state.evaluations).toEqual(whole.state.evaluations);
    },
  );

  test("stops where the held-out loss no longer falls, and keeps what was best", async () => {
    const { model, measured } = watched(bowl(), [3, 2.5, 2, 2.2, 2.1, 1]);
    const settings = { ...SETTINGS, evaluations: 5 };
    const { adapters, stopped, state, best } = await runWith({ model, settings });
    expect([stopped, best.loss, state.evaluations.length]).toEqual(["early", 2, 5]);
    expect(bytesOf(adapters)).toBe(measured[2]);
    expect(bytesOf(adapters)).not.toBe(bytesOf(state.adapters));
  });

  test("measures a hundred held-out pairs at most, says how many, and how far it is", async () => {
    const heldOut = Array.from({ length: 130 }, (_, i) => PAIRS[i % PAIRS.length]);
    const done: number[] = [];
    const { measured } = await runWith({
      heldOut,
      onProgress({ measuring }) {
        if (measuring !== undefined) done.push(measuring.done);
        expect(measuring?.pairs ?? 100).toBe(100);
      },
    });
    expect(measured).toBe(100);
    expect(done.filter((pairs) => pairs === 100)).toHaveLength(5);
    expect(
      (await runWith({ checkpoints: { ...store(), read: async () => undefined } })).measured,
    ).toBe(4);
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
      const { model, measured } = watched(bowl((step, loss) => (step === 8 ? bad : loss)));
      const { adapters, best, stopped, reason, state } = await runWith({ model });
      expect([stopped, state.step]).toEqual(["diverged", 7]);
      expect(reason).toBe(`the loss is ${bad}`);
      expect(bytesOf(adapters)).toBe(measured[state.evaluations.indexOf(best)]);
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
      code: "not-better",
      message: expect.stringMatching(/gradient's norm is NaN.*Lower --learning-rate/),
    });
  });

  test("stops after three steps above three times the loss before", async () => {
    const model = bowl((step, loss) => (step >= 5 ? 100 : loss));
    const { stopped, reason, state } = await runWith({ model });
    expect([stopped, state.step]).toEqual(["diverged", 6]);
    expect(reason).toMatch(/above 3 times the one before training/);
  });
});

describe("a training that makes nothing better", () => {
  test.each<[string, readonly number[], number | undefined]>([
    ["it ran to its end", [3, 4, 3.5, 3.4, 3], undefined],
    ["no longer fell", [3, 3.1, 3.2, 3.3, 1], undefined],
    ["the loss is NaN", [3], Number.NaN],
  ])("is an error and keeps its checkpoint: %s", async (words, losses, loss) => {
    const modelNow = () =>
      watched(
        bowl((_, own) => loss ?? own),
        losses,
      ).model;
    const made = runWith({ model: modelNow() });
    await expect(made).rejects.toMatchObject({
      code: "not-better",
      message: expect.stringMatching(`${words}.*No adapters were better than none.*--no-resume`),
    });
    expect(await store().read()).toBeDefined();
    // The same command says the same at once.
    await expect(runWith({ model: modelNow() })).rejects.toMatchObject({ code: "not-better" });
  });
});
