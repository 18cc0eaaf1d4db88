import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { TokenScorer } from "../score/types.js";
import { loadEnglishChunker } from "./english.js";
import { percentile } from "./percentile.js";
import { readSentences } from "./read.js";
import { selectiveText } from "./selective-text.js";
import type { PhraseChunker, SelectiveLevel } from "./types.js";
import { selectiveUnits } from "./units.js";

interface Sentence {
  text: string;
  tokens: string[];
  information: number[];
  phrases: string[];
  phraseInformation: number[];
}
interface Call {
  level: SelectiveLevel;
  reduceRatio: number;
  threshold: number | null;
  text: string;
  removed: string[];
}
interface Case {
  tokens: string;
  text: string;
  sentences: Sentence[];
  calls: Call[];
}
interface Vectors {
  cases: Case[];
  percentiles: { values: (number | null)[]; reduceRatio: number; threshold: number | null }[];
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL("../../fixtures/selective-context/vectors.json", import.meta.url), "utf8"),
);
const orNaN = (value: number | null) => value ?? Number.NaN;

/** Offsets after each part: running sums of lengths. */
function endsOf(parts: readonly string[]): number[] {
  let end = 0;
  return parts.map((part) => (end += part.length));
}

/** Answers with the recorded self-information; a token's id is its place among all of the case's. */
function recordedScorer(sentences: readonly Sentence[]): TokenScorer {
  const information = sentences.flatMap((sentence) => sentence.information);
  const firsts = new Map<string, number>();
  let first = 1;
  for (const { text, tokens } of sentences) {
    firsts.set(text, first);
    first += tokens.length;
  }
  return {
    name: "recorded",
    tokenizer: {
      name: "recorded",
      encode(text) {
        const tokens = sentences.find((sentence) => sentence.text === text)?.tokens ?? [];
        const from = firsts.get(text) ?? Number.NaN;
        const ids = Uint32Array.from(tokens, (_, index) => from + index);
        return { text, ids, offsets: Uint32Array.of(0, ...endsOf(tokens)) };
      },
      decode: () => "",
    },
    maxTokens: 4096,
    startToken: 0,
    score: async (ids, { from = 0 } = {}) =>
      Float32Array.from(ids.subarray(from), (id) => -information[id - 1]),
    close: async () => {},
  };
}

function recordedPhrases(sentences: readonly Sentence[]): PhraseChunker {
  const ends = new Map(sentences.map(({ text, phrases }) => [text, endsOf(phrases)]));
  return { name: "recorded", ends: (sentence) => ends.get(sentence) ?? [] };
}

describe.each(vectors.cases)("the original on $tokens of $text", ({ text, sentences, calls }) => {
  const options = { scorer: recordedScorer(sentences), phrases: recordedPhrases(sentences) };

  test("reads the same sentences", async () => {
    const read = await readSentences(text, options);
    expect(read.map(({ reading }) => reading.text)).toEqual(sentences.map((s) => s.text));
  });

  test("gives phrases the same self-information", async () => {
    const { score } = await selectiveUnits(text, options);
    const expected = sentences.flatMap((s) => s.phraseInformation);
    expect(score.length).toBe(expected.length);
    for (const [unit, value] of score.entries()) expect(value).toBeCloseTo(expected[unit], 12);
  });

  test.each(calls)("leaves the same text at $level level, ratio $reduceRatio", async (call) => {
    const { level, reduceRatio } = call;
    const found = await selectiveText(text, { ...options, level, reduceRatio });
    expect(found.text).toBe(call.text);
    expect(found.removed).toEqual(call.removed);
    if (call.threshold === null) expect(found.threshold).toBeNaN();
    else expect(found.threshold).toBeCloseTo(call.threshold, 12);
  });
});

test("takes numpy's percentile, bit for bit", () => {
  for (const { values, reduceRatio, threshold } of vectors.percentiles) {
    const found = percentile(Float64Array.from(values, orNaN), reduceRatio * 100);
    expect(found).toBe(orNaN(threshold));
  }
});

test("cuts English where spaCy does, nine times in ten", async () => {
  const chunker = await loadEnglishChunker();
  const agreed = { both: 0, ours: 0, spacys: 0 };
  for (const { text, phrases } of vectors.cases.flatMap((c) => c.sentences)) {
    const ours = chunker.ends(text);
    const spacys = new Set(endsOf(phrases));
    agreed.both += ours.filter((end) => spacys.has(end)).length;
    agreed.ours += ours.length;
    agreed.spacys += spacys.size;
  }
  expect((2 * agreed.both) / (agreed.ours + agreed.spacys)).toBeGreaterThan(0.9);
});
