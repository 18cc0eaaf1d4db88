import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compareLogprobs, replayCompressPrompt, replayTokenPass } from "./replay.js";
import { readVectors, type VectorFile } from "./vectors.js";

const md5 = (text: string) => createHash("md5").update(text).digest();

function fixture<K extends VectorFile["kind"]>(name: string, kind: K) {
  const url = new URL(`../../fixtures/conformance/${name}.json`, import.meta.url);
  const file = readVectors(JSON.parse(readFileSync(url, "utf8")));
  if (file?.kind !== kind) throw new Error(`${name} holds ${file?.kind}, not ${kind}`);
  return file as Extract<VectorFile, { kind: K }>;
}

describe("the token pass repeats the reference", () => {
  const { vectors } = fixture("itpc-vectors", "token-pass");
  it.each(vectors.map((vector, index) => ({ vector, index })))(
    "in vector $index",
    async ({ vector }) => {
      expect(await replayTokenPass(vector)).toBeUndefined();
    },
  );

  it("and a vector with one other id is told apart", async () => {
    const [vector] = vectors;
    const damaged = { ...vector, kept: [...vector.kept.slice(1), 1] };
    expect(await replayTokenPass(damaged)).toMatch(/^kept: got/);
    const [call] = vector.scorerCalls;
    const scorerCalls = [
      { ...call, new: [1, ...call.new.slice(1)] },
      ...vector.scorerCalls.slice(1),
    ];
    expect(await replayTokenPass({ ...vector, scorerCalls })).toMatch(/^new ids \(full\)/);
  });
});

describe("compressPrompt repeats the reference", () => {
  const { vectors } = fixture("compress-prompt-vectors", "compress-prompt");
  it.each(vectors.map((vector, index) => ({ vector, index })))(
    "in vector $index",
    async ({ vector }) => {
      expect(await replayCompressPrompt(vector, md5)).toBeUndefined();
    },
  );
});

describe("log-probability vectors", () => {
  const { vectors } = fixture("logprobs-smollm2-135m", "log-probabilities");

  it("agree with themselves", () => {
    for (const vector of vectors) {
      const same = Float32Array.from(vector.logprobs, (logprob) => logprob ?? Number.NaN);
      const { correlation, largestError } = compareLogprobs(vector, same);
      expect(correlation).toBeCloseTo(1, 10);
      expect(largestError).toBeLessThan(1e-5);
    }
  });
});

describe("readVectors", () => {
  it.each([[[]], [null], [3], [{}], [[{ text: "a", ids: [1], logprobs: [] }]], [{ context: "a" }]])(
    "does not know %j",
    (json) => {
      expect(readVectors(json)).toBeUndefined();
    },
  );

  it("takes one object as well as a list", () => {
    const vector = { text: "a", ids: [1], logprobs: [null] };
    expect(readVectors(vector)).toEqual({ kind: "log-probabilities", vectors: [vector] });
  });
});
