import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonPrompt } from "../json/prompt.js";
import { promptOf } from "../prompt.js";
import { toSource } from "../source.js";
import { taggedPrompt } from "../tags.js";
import { joinPrompts, spansWithin } from "./join.js";

describe("joinPrompts", () => {
  it("joins texts, counts parts of a kind on and shifts all that lies in them", () => {
    const tagged = taggedPrompt("<llmlingua rate=0.5>x</llmlingua>", { instruction: "Do." });
    const json = jsonPrompt('["\\u00e9", 1]', { "": { compress: true } });
    const { prompt, spans } = joinPrompts([tagged, json, promptOf("a\n\nb")]);
    expect(prompt.text).toBe('Do.\n\nx\n\n["é", 1]\n\na\n\nb');
    expect(spans.map(({ start, end }) => prompt.text.slice(start, end))).toEqual([
      tagged.text,
      json.text,
      "a\n\nb",
    ]);
    const texts = prompt.parts.map(({ kind, index, start, end }) => [
      kind,
      index,
      prompt.text.slice(start, end),
    ]);
    expect(texts).toEqual([
      ["instruction", 0, "Do."],
      ["context", 0, "x"],
      ["context", 1, "é"],
      ["context", 2, "a"],
      ["context", 3, "b"],
    ]);
    const { source, verbatim = [] } = prompt;
    expect(verbatim.map(({ start, end }) => prompt.text.slice(start, end))).toEqual([
      '["',
      '", 1]',
    ]);
    expect(source?.text).toBe(
      'Do.\n\n<llmlingua rate=0.5>x</llmlingua>\n\n["\\u00e9", 1]\n\na\n\nb',
    );
    expect(source?.uncounted?.map(({ start, end }) => source.text.slice(start, end))).toEqual([
      "<llmlingua rate=0.5>",
      "</llmlingua>",
    ]);
    const all = source ? toSource(source, [{ start: 0, end: prompt.text.length }]) : [];
    expect(all.map(({ start, end }) => source?.text.slice(start, end)).join("")).toBe(
      'Do.\n\nx\n\n["\\u00e9", 1]\n\na\n\nb',
    );
  });

  it("lets every prompt have its last word on what is kept of it", () => {
    const json = jsonPrompt('{"a": 1, "b": 2}', {}, { pairs: "optional" });
    const { prompt, spans } = joinPrompts([promptOf("x"), json, json]);
    const first = { start: 0, end: spans[0].end };
    const kept = [first, ...(prompt.verbatim ?? []), ...prompt.parts.filter((_, i) => i === 2)];
    const left = prompt.finish?.(kept.sort((a, b) => a.start - b.start)) ?? [];
    expect(left.map(({ start, end }) => prompt.text.slice(start, end)).join("")).toBe(
      'x{"b": 2}{}',
    );
    expect(joinPrompts([promptOf("x")]).prompt).not.toHaveProperty("finish");
    expect(joinPrompts([]).prompt).toEqual({ text: "", parts: [], verbatim: [] });
  });
});

describe("spansWithin", () => {
  it("clips spans to ranges and counts from each range's start", () => {
    const cuts = fc.uniqueArray(fc.nat(40), { maxLength: 12 }).map((all) => {
      const sorted = all.sort((a, b) => a - b);
      return sorted.flatMap((start, i) =>
        i % 2 === 0 && i + 1 < sorted.length ? [{ start, end: sorted[i + 1] }] : [],
      );
    });
    fc.assert(
      fc.property(cuts, cuts, (kept, ranges) => {
        const within = spansWithin(kept, ranges);
        for (const [r, { start, end }] of ranges.entries()) {
          const covered = within[r].flatMap((span) =>
            Array.from({ length: span.end - span.start }, (_, i) => start + span.start + i),
          );
          const expected = Array.from({ length: end - start }, (_, i) => start + i).filter((at) =>
            kept.some((span) => span.start <= at && at < span.end),
          );
          expect(covered).toEqual(expected);
        }
      }),
    );
  });
});
