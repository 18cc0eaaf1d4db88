import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createHashScorer } from "../score/hash-scorer.js";
import type { TokenScorer } from "../score/types.js";
import { isCharacterEdge } from "../text/segments.js";
import type { FlatUnits } from "../tokens/flat-units.js";
import { selectByPercentile } from "./percentile.js";
import { selectiveText } from "./selective-text.js";
import type { SelectiveLevel } from "./types.js";
import { selectiveUnits } from "./units.js";
import { trimmed } from "./white-space.js";

const LEVELS: readonly SelectiveLevel[] = ["sentence", "phrase", "token"];
const scorer = createHashScorer();

const slices = (text: string, { start, end }: FlatUnits) =>
  Array.from(start, (from, unit) => text.slice(from, end[unit]));

describe("selectiveUnits", () => {
  test("slices the text as it is", async () => {
    const text = " The  old\nharbour was closed.  Nobody\tknew why. ";
    const sentences = await selectiveUnits(text, { scorer, level: "sentence" });
    expect(slices(text, sentences)).toEqual(["The  old\nharbour was closed.", "Nobody\tknew why."]);
    const phrases = await selectiveUnits(text, { scorer });
    const expected = ["The  old\nharbour", "was", "closed", ".", "Nobody", "knew", "why", "."];
    expect(slices(text, phrases)).toEqual(expected);
  });

  test("scores the collapsed sentence alone after the start token", async () => {
    const calls: number[][] = [];
    const spy: TokenScorer = {
      ...scorer,
      score(ids, options) {
        calls.push([...ids]);
        return scorer.score(ids, options);
      },
    };
    await selectiveUnits("One  two. Three\nfour.", { scorer: spy });
    const ids = (text: string) => [...scorer.tokenizer.encode(text).ids];
    expect(calls).toEqual([
      [scorer.startToken, ...ids("One two.")],
      [scorer.startToken, ...ids("Three four.")],
    ]);
  });

  test("scores a sentence with the mean of its tokens, or their sum", async () => {
    const text = "The harbour was closed.";
    const token = await selectiveUnits(text, { scorer, level: "token" });
    const total = token.score.reduce((sum, value) => sum + value, 0);
    for (const [phraseScore, expected] of [
      ["mean", total / token.score.length],
      ["sum", total],
    ] as const) {
      const { score } = await selectiveUnits(text, { scorer, level: "sentence", phraseScore });
      expect(score[0]).toBeCloseTo(expected, 9);
    }
  });

  test.each(LEVELS)("gives ordered units between characters at %s level", async (level) => {
    const unit = fc.constantFrom(
      ..."aB.? \n\r\t-'\0\u0301\u200d\ufeff\u00a0\u0600",
      "👩‍👩‍👧",
      "🇩🇪",
      "字",
      "。",
      "ก็",
      "مرحبا ",
      "the cat ",
      "\ud83d",
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit, maxLength: 30 }), async (text) => {
        const units: FlatUnits = await selectiveUnits(text, { scorer, level });
        let last = 0;
        for (const [u, start] of units.start.entries()) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(units.end[u]).toBeGreaterThan(start);
          expect([start, units.end[u]].map((at) => isCharacterEdge(text, at))).toEqual([
            true,
            true,
          ]);
          expect(trimmed(text, { start: last, end: start })).toBeUndefined();
          expect(units.score[u]).toBeGreaterThanOrEqual(0);
          last = units.end[u];
        }
        expect(trimmed(text, { start: last, end: text.length })).toBeUndefined();
      }),
      { numRuns: level === "phrase" ? 50 : 300 },
    );
  });

  test("reads only the spans and lets no sentence reach over their edges", async () => {
    const text = "Keep this. One two\nthree four";
    const spans = [
      { start: 11, end: 18 },
      { start: 19, end: text.length },
    ];
    const units = await selectiveUnits(text, { scorer, level: "sentence", spans });
    expect(slices(text, units)).toEqual(["One two", "three four"]);
    await expect(
      selectiveUnits(text, { scorer, spans: [{ start: 4, end: 99 }] }),
    ).rejects.toMatchObject({ code: "invalid-option", message: expect.stringContaining("4 … 99") });
  });

  test.each(LEVELS)("gives nothing for nothing at %s level", async (level) => {
    for (const text of ["", " \n\t "]) {
      const units = await selectiveUnits(text, { scorer, level });
      expect(units.start.length).toBe(0);
      expect(await selectiveText(text, { scorer, level })).toEqual({
        text: "",
        removed: [],
        threshold: Number.NaN,
      });
    }
  });

  test.each([
    "Hello",
    "no stop at the end",
    "👩‍👩‍👧👩‍👩‍👧 🇩🇪",
    "ผมชอบกินข้าวที่ตลาด",
    "أنا أحب القهوة. كيف حالك؟",
    "我喜欢苹果。你呢？",
    "a\0b\0. c\0",
  ])("keeps all of %j at ratio 0 and something at ratio 1", async (text) => {
    for (const level of LEVELS) {
      const units = await selectiveUnits(text, { scorer, level });
      expect(selectByPercentile(units, 0).kept).not.toContain(0);
      expect(selectByPercentile(units, 1).kept).toContain(1);
    }
  });

  test("needs no more than linear time for 200,000 characters without a space", async () => {
    for (const text of ["x".repeat(200_000), "字".repeat(100_000), "-=".repeat(100_000)]) {
      for (const level of LEVELS) {
        const units = await selectiveUnits(text, { scorer, level });
        expect(units.end.at(-1)).toBe(text.length);
      }
    }
  });

  test("lets the event loop turn and hears an abort in a megabyte of text", async () => {
    const text = "The old harbour was closed at noon, and nobody knew why. ".repeat(18_000);
    const controller = new AbortController();
    const turns: number[] = [];
    const timer = setInterval(() => turns.push(performance.now()), 1);
    setTimeout(() => controller.abort(), 300);
    const run = selectiveUnits(text, { scorer, signal: controller.signal });
    await expect(run).rejects.toMatchObject({ code: "aborted" });
    clearInterval(timer);
    expect(turns.length).toBeGreaterThan(3);
  });

  test("reports progress in tokens up to the end", async () => {
    const seen: number[][] = [];
    const onProgress = (done: number, total: number) => seen.push([done, total]);
    await selectiveUnits("One two. Three.", { scorer, onProgress });
    expect(seen).toEqual([
      [3, 5],
      [5, 5],
    ]);
  });

  test("passes on what a scorer that fails says", async () => {
    const failing = { ...scorer, score: () => Promise.reject(new Error("no memory left")) };
    await expect(selectiveUnits("One.", { scorer: failing })).rejects.toThrow("no memory left");
    const silly = { ...scorer, score: async () => new Float32Array(0) };
    await expect(selectiveUnits("One.", { scorer: silly })).rejects.toMatchObject({
      code: "scorer-failed",
    });
  });

  test.each([{ level: "word" }, { phraseScore: "max" }, { phrases: "german" }])(
    "refuses %j and lists the choices",
    async (wrong) => {
      const run = selectiveUnits("One.", { scorer, ...(wrong as object) });
      await expect(run).rejects.toMatchObject({
        code: "invalid-option",
        message: expect.stringContaining("choose one of"),
      });
    },
  );

  test("scores first tokens as the most surprising when there is no start token", async () => {
    const { score } = await selectiveUnits("One two three.", {
      scorer: { ...scorer, startToken: undefined },
      level: "token",
    });
    expect(score[0]).toBe(Math.max(...score));
  });
});
