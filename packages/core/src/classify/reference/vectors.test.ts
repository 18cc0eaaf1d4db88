import { beforeAll, describe, expect, test } from "vitest";
import { loadCounter } from "../../tokens/counters.js";
import type { TokenCounter } from "../../tokens/types.js";
import { openTiny, readFixture, TINY } from "../onnx/tiny-suite.js";
import type { TokenClassifier } from "../types.js";
import { compressLikeReference } from "./compress-like-reference.js";
import type { ReferenceLlmlingua2Settings } from "./types.js";

interface Scored {
  readonly ids: readonly number[];
  readonly p: readonly number[];
}

interface Call {
  readonly context: string | readonly string[];
  readonly options: { readonly [name: string]: unknown };
  readonly result?: { readonly [name: string]: unknown };
  readonly error?: string;
}

interface Vectors {
  readonly probabilities: readonly { text: string; reference: Scored; proper: Scored }[];
  readonly calls: readonly Call[];
}

/** Calls on which this differs on purpose, by what the reference does. */
const DIFFERENCES = {
  "tiny-bert": {
    "[PAD] in the text hides it from its neighbours": (call: Call) => spells(call, "[PAD]"),
  },
  "tiny-xlm-roberta": {},
} as const;

let counter: TokenCounter;
beforeAll(async () => {
  counter = await loadCounter("cl100k_base");
});

describe.each(TINY)("%s beside the Python reference", (name) => {
  const vectors = readFixture<Vectors>(`${name}-vectors.json`);
  const different = Object.values<(call: Call) => boolean>(DIFFERENCES[name]);
  let classifier: TokenClassifier;
  beforeAll(async () => {
    classifier = await openTiny(name);
    return () => classifier.close();
  });

  test("gives the same probabilities to 1e-4", async () => {
    for (const { reference, proper } of vectors.probabilities) {
      const chunks = [reference, proper].map(({ ids }) => Uint32Array.from(ids));
      const [one, other] = await classifier.classify(chunks);
      expect(farthest(one, reference.p)).toBeLessThan(1e-4);
      expect(farthest(other, proper.p)).toBeLessThan(1e-4);
    }
  });

  const calls = vectors.calls.filter((call) => !different.some((differs) => differs(call)));
  test.each(calls.filter((call) => call.result).map((call, index) => [index, call] as const))(
    "compresses call %i to the same text, counts and labels",
    async (_, { context, options, result }) => {
      const found = await compressLikeReference(context, {
        classifier,
        counter,
        ...camelCased<ReferenceLlmlingua2Settings>(options),
      });
      expect(found).toEqual(camelCased(result));
    },
  );

  test("gives nothing where the reference fails", async () => {
    const failed = calls.filter((call) => call.error);
    expect(failed.length).toBeGreaterThan(2);
    for (const { context, options } of failed) {
      const settings = camelCased<ReferenceLlmlingua2Settings>(options);
      const found = await compressLikeReference(context, { classifier, counter, ...settings });
      expect(found.compressedPrompt).toBe("");
    }
  });

  test("differs on no more calls than are named", () => {
    expect(vectors.calls.length - calls.length).toBe(name === "tiny-bert" ? 1 : 0);
  });
});

function spells({ context }: Call, text: string): boolean {
  return [context].flat().some((one) => one.includes(text));
}

function farthest(found: ArrayLike<number>, wanted: readonly number[]): number {
  expect(found).toHaveLength(wanted.length);
  return wanted.reduce((most, p, index) => Math.max(most, Math.abs(p - found[index])), 0);
}

function camelCased<T>(value: unknown): T {
  const entries = Object.entries(value as object).map(([key, one]) => [
    key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    one,
  ]);
  return Object.fromEntries(entries);
}
