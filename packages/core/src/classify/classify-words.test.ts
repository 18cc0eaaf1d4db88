import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { isCharacterEdge } from "../text/segments.js";
import type { FlatUnits } from "../tokens/flat-units.js";
import { type ClassifiedWords, classifyWords } from "./classify-words.js";
import { keepWords } from "./keep-words.js";
import { CORPUS, openTiny, readFixture, TINY } from "./onnx/tiny-suite.js";
import type { WordRules } from "./options.js";
import type { TokenClassifier } from "./types.js";
import { llmlingua2Units } from "./units.js";

const { tricky } = readFixture<{ tricky: string[] }>("texts.json");

describe.each(TINY)("words of %s", (name) => {
  let classifier: TokenClassifier;
  beforeAll(async () => {
    classifier = await openTiny(name);
    return () => classifier.close();
  });
  const wordsOf = async (text: string, rules?: WordRules) => {
    const words = await classifyWords(text, classifier, rules);
    return Array.from(words.start, (at, word) => text.slice(at, words.end[word]));
  };

  test.each(["unicode", "model"] as const)(
    "%s: whole characters in order, with nothing but white space between",
    async (words) => {
      for (const text of [...tricky, ...Object.values(CORPUS)]) {
        expectTiling(await classifyWords(text, classifier, { words }));
      }
      const texts = fc.string({ unit: "grapheme", maxLength: 60 });
      await fc.assert(
        fc.asyncProperty(texts, async (text) => {
          expectTiling(await classifyWords(text, classifier, { words }));
        }),
        { numRuns: 60 },
      );
    },
  );

  test("are words as people see them, or those of the model", async () => {
    const text = "don't pay 3.50, O'Neill!";
    expect(await wordsOf(text)).toEqual(["don't", "pay", "3.50", ",", "O'Neill", "!"]);
    expect((await wordsOf(text, { words: "model" })).slice(0, 2)).not.toEqual(["don't", "pay"]);
    expect((await wordsOf(CORPUS.zh)).length).toBeGreaterThan(20);
  });

  test("have the mean or the first of their tokens' probabilities, as the model gives them", async () => {
    const text = "The council met";
    const { ids, start } = classifier.tokenizer.encode(text);
    const wrap = classifier.tokenizer.encoderTokens;
    const [p] = await classifier.classify([Uint32Array.of(wrap.start, ...ids, wrap.end)]);
    const last = Array.from(start).flatMap((at, token) => (at >= 12 ? p[token + 1] : []));
    const mean = await classifyWords(text, classifier);
    const first = await classifyWords(text, classifier, { tokenToWord: "first" });
    expect(mean.p[2]).toBeCloseTo(last.reduce((sum, one) => sum + one, 0) / last.length, 6);
    expect(first.p[2]).toBe(last[0]);
  });

  test("of nothing are none", async () => {
    for (const text of ["", " \n\t "]) expect(await wordsOf(text)).toEqual([]);
  });

  test("of emoji, null bytes and special tokens' names keep all of the text", async () => {
    expect(await wordsOf("😀 👨‍👩‍👧‍👦")).toEqual(["😀", "👨‍👩‍👧‍👦"]);
    for (const text of ["a\0b", "\0", "[CLS] x", "<s>y</s>", "[NEW0]", "[PAD]"]) {
      expect((await wordsOf(text)).join(" ").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    }
  });

  test("stay when a force token or digit lies in them", async () => {
    const text = "Pay $4.50 now.\nThe answer is 7!\n\nOK. ..";
    const words = await classifyWords(text, classifier, {
      forceTokens: ["The answer is", "\n", "."],
      forceReserveDigit: true,
      dropConsecutive: true,
    });
    const forced = Array.from(words.start, (at, word) => [at, words.forced[word]] as const).flatMap(
      ([at, isForced], word) => (isForced ? text.slice(at, words.end[word]) : []),
    );
    expect(forced.filter((word) => word.trim() !== "")).toEqual(
      expect.arrayContaining(["$4.50", "The", "answer", "is", "7"]),
    );
    expect(forced.filter((word) => word === "\n")).toHaveLength(2);
    expectTiling(words, true);
  });

  test("refuse more than 100 force tokens, empty ones and unknown rules", async () => {
    for (const rules of [
      { forceTokens: Array.from({ length: 101 }, String) },
      { forceTokens: [""] },
      { words: "token" as "model" },
      { tokenToWord: "max" as "mean" },
    ]) {
      await expect(classifyWords("x", classifier, rules)).rejects.toMatchObject({
        code: "invalid-option",
      });
    }
  });

  test("are read in chunks that fit, a word of more than 510 tokens over several", async () => {
    const text = `${CORPUS.en} ${"qz".repeat(700)} ${Object.values(CORPUS).join(" ")}`;
    const words = await classifyWords(text, classifier);
    expectTiling(words);
    expect(words.chunk.at(-1)).toBeGreaterThan(1);
    expect(words.p.every((p) => p > 0 && p < 1)).toBe(true);
  });

  test("of 200,000 characters without a space come in linear time, while the event loop turns", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    const started = performance.now();
    const words = await classifyWords("x".repeat(200_000), counting(classifier));
    clearInterval(timer);
    expect(words.start).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(turns).toBeGreaterThan(0);
  });

  test("can be given up", async () => {
    const controller = new AbortController();
    const texts = Object.values(CORPUS).join(" ").repeat(5);
    const call = classifyWords(texts, classifier, {
      signal: controller.signal,
      onProgress: () => controller.abort("enough"),
    });
    await expect(call).rejects.toMatchObject({ code: "aborted" });
  });

  test("of several stretches are units of the whole text", async () => {
    const text = `${CORPUS.en}\n---\n${CORPUS.de}`;
    const at = text.indexOf("---");
    const spans = [
      { start: 0, end: at },
      { start: at + 4, end: text.length },
    ];
    const seen: number[] = [];
    const units: FlatUnits = await llmlingua2Units(text, spans, classifier, {
      onProgress: (done, total) => seen.push(done / total),
    });
    const alone = await classifyWords(CORPUS.de, classifier);
    expect(units.score.slice(-alone.p.length)).toEqual(alone.p);
    expect(text.slice(units.start.at(-1), units.end.at(-1))).toBe(".");
    expect(Array.from(units.start).some((start) => start >= at && start < at + 4)).toBe(false);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
  });

  test("stay by the rate, the likeliest of the text or of each chunk", async () => {
    const words = await classifyWords(Object.values(CORPUS).join("\n"), classifier);
    const n = words.p.length;
    const count = (kept: Uint8Array) => kept.reduce((sum, one) => sum + one, 0);
    expect(count(keepWords(words, { rate: 1 }))).toBe(n);
    expect(count(keepWords(words, { rate: 0 }))).toBe(0);
    const kept = keepWords(words, { rate: 0.33 });
    expect(count(kept)).toBe(Math.round(0.33 * n));
    const least = Math.min(...words.p.filter((_, word) => kept[word] === 1));
    expect(words.p.every((p, word) => p <= least || kept[word] === 1)).toBe(true);
    const byChunk = keepWords(words, { rate: 0.33, threshold: "chunk" });
    const first = words.chunk.filter((chunk) => chunk === 0).length;
    expect(count(byChunk.slice(0, first))).toBe(Math.round(0.33 * first));
    expect(() => keepWords(words, { rate: 1.5 })).toThrow(/rate is 1.5/);
  });
});

/** The same classifier without its model, for texts that would take it minutes. */
function counting(classifier: TokenClassifier): TokenClassifier {
  return {
    ...classifier,
    classify: async (chunks) => chunks.map((chunk) => new Float32Array(chunk.length).fill(0.5)),
  };
}

function expectTiling({ text, start, end, p }: ClassifiedWords, hasSpaces = false) {
  let at = 0;
  for (let word = 0; word < start.length; word++) {
    expect(start[word]).toBeGreaterThanOrEqual(at);
    expect(text.slice(at, start[word]).trim()).toBe("");
    expect(end[word]).toBeGreaterThan(start[word]);
    expect(isCharacterEdge(text, start[word]) && isCharacterEdge(text, end[word])).toBe(true);
    if (!hasSpaces) expect(text.slice(start[word], end[word]).trim()).not.toBe("");
    expect(p[word]).toBeGreaterThanOrEqual(0);
    at = end[word];
  }
  expect(text.slice(at).trim()).toBe("");
}
