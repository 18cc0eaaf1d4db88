/**
 * A model that costs nothing, and a training of it: what the tests of this folder are given. Not for users.
 *
 * @module
 */
import { writeSafetensors } from "@llmlingua/core/onnx";
import type { EncodedPair } from "../encode/index.js";
import { throwIfAborted } from "../errors.js";
import { type Adapters, type Batch, PROJECTIONS, type Widths } from "../graphs/index.js";
import { DEFAULTS, type TrainSettings } from "./settings.js";
import type { Model } from "./steps.js";
import type { TrainInput } from "./train.js";

const WIDTHS = Object.fromEntries(PROJECTIONS.map((name) => [name, [3, 2]])) as unknown as Widths;
const AIM = 0.05;

/**
 * A bowl: adapters are the better the nearer every number is to 0.05; batches shift it a little.
 *
 * @param lossAt - of a step, nats per answer token
 */
export function bowl(lossAt: (step: number, loss: number) => number = (_, loss) => loss): Model {
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
      const weight = batch.weights.reduce((sum, one) => sum + one, 0);
      const slopes = [...adapters].map(
        ([name, { dims, data }]) =>
          [name, { dims, data: data.map((x) => 2 * weight * (x - aim)) }] as const,
      );
      const loss = weight * lossAt(++steps, lossOf(adapters, aim));
      return { loss, gradients: new Map(slopes) };
    },
    async logprobs({ weights }, { adapters }) {
      return new Float32Array(weights.filter((weight) => weight !== 0).length).fill(
        -lossOf(adapters, AIM),
      );
    },
  };
}

/**
 * A model that does what another does, and the adapters of its measurements, each as bytes, in order.
 *
 * @param losses - what the measurements are to find, instead of what they would
 */
export function watched(
  model: Model,
  losses?: readonly number[],
): { readonly model: Model; readonly measured: string[] } {
  const measured: string[] = [];
  return {
    measured,
    model: {
      ...model,
      async logprobs(batch, given, signal) {
        const bytes = bytesOf(given.adapters);
        if (measured.at(-1) !== bytes) measured.push(bytes);
        const made = await model.logprobs(batch, given, signal);
        return losses === undefined ? made : made.fill(-losses[measured.length - 1]);
      },
    },
  };
}

export const PAIRS: readonly EncodedPair[] = Array.from({ length: 24 }, (_, i) => ({
  ids: Uint32Array.from({ length: 4 + (i % 5) }, (_, at) => i + at),
  from: 2,
  cut: "none",
}));

export const SETTINGS: TrainSettings = {
  ...DEFAULTS,
  ...{ rank: 2, learningRate: 0.05, epochs: 2, batchTokens: 16, evaluations: 4 },
};

export const bytesOf = (adapters: Adapters) =>
  Buffer.from(writeSafetensors(adapters)).toString("hex");

/** Cancels when `step` is reached. */
export function cancelledAt(step: number): Partial<TrainInput> {
  const controller = new AbortController();
  const model = bowl();
  return {
    signal: controller.signal,
    onProgress: (progress) => progress.step === step && controller.abort(),
    model: {
      ...model,
      async step(...given) {
        throwIfAborted(controller.signal);
        return model.step(...given);
      },
    },
  };
}
