/**
 * What the scores of a result are: in which unit, and from where they count as high. Pure.
 *
 * @module
 */
import type { CompressedPrompt, MethodName } from "../../index.js";

export interface Scale {
  /** What is measured, as a heading. */
  readonly name: string;
  /** Behind a number; empty for shares. */
  readonly unit: string;
  /** Colour steps: step i starts at `steps[i]`; eight of them. */
  readonly steps: readonly number[];
  /** Width of a bar of the histogram. */
  readonly bin: number;
}

const SURPRISAL: Scale = {
  name: "surprisal",
  unit: "nats",
  steps: [0, 0.5, 1, 2, 3, 4.5, 6, 8],
  bin: 1,
};

const SCALES = {
  llmlingua: SURPRISAL,
  longllmlingua: SURPRISAL,
  // A word's probability to stay.
  llmlingua2: {
    name: "probability",
    unit: "",
    steps: [0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9],
    bin: 0.1,
  },
  "selective-context": { ...SURPRISAL, name: "self-information" },
} satisfies Record<MethodName, Scale>;

export function scaleOf({ method }: Pick<CompressedPrompt, "method">): Scale {
  return SCALES[method];
}

/** `3.14 nats`, `0.42`. */
export function withUnit(value: string, { unit }: Scale): string {
  return unit === "" ? value : `${value} ${unit}`;
}
