/**
 * The gradient fixture of `training/align/make_gradient_fixture.py`, and pairs that are quickly learnt.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Batch, FloatTensor, TrainingGraphs } from "@llmlingua/align";

interface Summary {
  readonly norm: number;
  readonly probe: number;
  readonly entries: readonly number[];
}

interface GradientFixture {
  readonly ids: readonly (readonly number[])[];
  readonly targets: readonly (readonly number[])[];
  readonly weights: readonly (readonly number[])[];
  readonly adapters: {
    readonly rank: number;
    readonly scale: number;
    readonly seed: number;
    readonly sizeA: number;
    readonly sizeB: number;
  };
  readonly probeSeed: number;
  readonly loss: number;
  readonly logprobs: readonly number[];
  /** By layer, then `P.a` or `P.b`. */
  readonly gradients: readonly Readonly<Record<string, Summary>>[];
}

export async function readGradients(): Promise<GradientFixture> {
  const path = fileURLToPath(new URL("../fixtures/gradients.json", import.meta.url));
  return JSON.parse(await readFile(path, "utf8")) as GradientFixture;
}

export function fixtureBatch({ ids, targets, weights }: GradientFixture): Batch {
  return {
    rows: ids.length,
    length: ids[0].length,
    ids: BigInt64Array.from(ids.flat(), BigInt),
    targets: BigInt64Array.from(targets.flat(), BigInt),
    weights: Float32Array.from(weights.flat()),
  };
}

/** Numbers as `training/align/sequence.py` makes them. */
function sequenceOf(seed: number) {
  let state = seed;
  return (length: number, size: number) =>
    Float32Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state / 2 ** 31 - 1) * size;
    });
}

export function fixtureAdapters(
  { adapters: { rank, seed, sizeA, sizeB } }: GradientFixture,
  { layers, widths }: Pick<TrainingGraphs, "layers" | "widths">,
): Map<string, FloatTensor> {
  const next = sequenceOf(seed);
  const made = new Map<string, FloatTensor>();
  for (let layer = 0; layer < layers; layer++) {
    for (const [projection, [inputs, outputs]] of Object.entries(widths)) {
      const name = `layer${layer}.${projection}`;
      made.set(`${name}.a`, { dims: [inputs, rank], data: next(inputs * rank, sizeA) });
      made.set(`${name}.b`, { dims: [rank, outputs], data: next(rank * outputs, sizeB) });
    }
  }
  return made;
}

/** The largest difference of a norm, a probe or an entry, divided by the norm of its gradient. */
export function largestDifference(
  wanted: GradientFixture,
  gradients: ReadonlyMap<string, FloatTensor>,
): number {
  let largest = 0;
  for (const [layer, summaries] of wanted.gradients.entries()) {
    for (const [name, { norm, probe, entries }] of Object.entries(summaries)) {
      const { data = new Float32Array() } = gradients.get(`layer${layer}.${name}`) ?? {};
      const along = sequenceOf(wanted.probeSeed)(data.length, 1);
      const found = Math.sqrt(data.reduce((sum, slope) => sum + slope * slope, 0));
      const projected = data.reduce((sum, slope, at) => sum + slope * along[at], 0) / found;
      const differences = [found / norm - 1, projected - probe];
      for (const [index, entry] of entries.entries())
        differences.push((data[Math.floor((data.length * index) / entries.length)] - entry) / norm);
      largest = Math.max(largest, ...differences.map(Math.abs));
    }
  }
  return largest;
}

const THINGS = [
  ["cat", "a small animal that purrs"],
  ["river", "water that flows to the sea"],
  ["hammer", "a tool that drives nails"],
  ["library", "a house full of books"],
  ["bicycle", "a vehicle with two wheels"],
  ["lighthouse", "a tower that warns ships"],
  ["violin", "an instrument with four strings"],
  ["desert", "dry land with little rain"],
  ["baker", "a person who makes bread"],
  ["compass", "a tool that points north"],
  ["glacier", "ice that moves slowly"],
  ["orchard", "land with fruit trees"],
  ["magnet", "a thing that pulls iron"],
  ["island", "land with water around it"],
  ["candle", "wax that burns for light"],
  ["bridge", "a road over water"],
  ["telescope", "a tool that shows far things"],
  ["market", "a place where people trade"],
  ["anchor", "a weight that holds a ship"],
  ["garden", "land where plants are grown"],
] as const;

/** Twenty short pairs in one form of words. */
export async function writePairs(path: string): Promise<void> {
  const lines = THINGS.map(([thing, meaning]) =>
    JSON.stringify({
      messages: [{ role: "user", content: `What is a ${thing}?` }],
      answer: `Certainly! Here is the definition. A ${thing} is ${meaning}. I hope this helps!`,
      model: "toy",
      finished: true,
    }),
  );
  await writeFile(path, `${lines.join("\n")}\n`);
}
