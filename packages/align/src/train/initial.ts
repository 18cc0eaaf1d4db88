/**
 * Adapters before the first step: they change nothing. Pure.
 *
 * @module
 */
import { randomOf } from "@llmlingua/eval/cli-kit";
import {
  type Adapters,
  type FloatTensor,
  PROJECTIONS,
  type Projection,
  pairNames,
  type Widths,
} from "../graphs/index.js";

export interface InitialOptions {
  readonly layers: number;
  readonly widths: Widths;
  readonly rank: number;
  readonly projections: readonly Projection[];
  readonly seed: number;
}

/** As LoRA begins: `a` uniform in ±1 / √in (Kaiming's, with PEFT's slope of √5), `b` zero. */
export function initialAdapters(options: InitialOptions): Adapters {
  const { layers, widths, rank, projections, seed } = options;
  const random = randomOf(`${seed} adapters`);
  const adapters = new Map<string, FloatTensor>();
  for (let layer = 0; layer < layers; layer++) {
    for (const projection of PROJECTIONS.filter((one) => projections.includes(one))) {
      const [inputs, outputs] = widths[projection];
      const [a, b] = pairNames(layer, projection);
      const bound = 1 / Math.sqrt(inputs);
      const data = Float32Array.from({ length: inputs * rank }, () => (2 * random() - 1) * bound);
      adapters.set(a, { dims: [inputs, rank], data });
      adapters.set(b, { dims: [rank, outputs], data: new Float32Array(rank * outputs) });
    }
  }
  return adapters;
}

/** The same numbers in memory of their own. */
export function copyOf(adapters: Adapters): Adapters {
  return new Map(
    [...adapters].map(([name, { dims, data }]) => [name, { dims, data: data.slice() }]),
  );
}
