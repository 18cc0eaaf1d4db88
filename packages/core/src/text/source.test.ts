import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeOf, sourceBuilder, toSource } from "./source.js";
import type { Source, Span } from "./types.js";

const span = (start: number, end: number): Span => ({ start, end });

/** A random source: stretches of it copied, replaced or skipped, in any order. */
const built = fc
  .array(
    fc.record({
      kind: fc.constantFrom("copy", "copy", "replace", "skip", "unseen"),
      own: fc.string({ minLength: 1, maxLength: 6 }),
      read: fc.string({ minLength: 1, maxLength: 3 }),
      order: fc.nat(),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((steps) => {
    const text = steps.map(({ own }) => own).join("");
    let at = 0;
    const placed = steps.map((step) => {
      const start = at;
      at += step.own.length;
      return { ...step, start, end: at };
    });
    const builder = sourceBuilder(text);
    /** By read unit: the source it stands for; atoms are told by their start. */
    const expected: string[] = [];
    for (const { kind, start, end, own, read } of placed.sort((a, b) => a.order - b.order)) {
      if (kind === "copy") builder.copy(start, end);
      else if (kind === "replace") builder.replace(start, end, read);
      else builder.skip(start, end, { counted: kind === "skip" });
      if (kind === "copy" || (kind === "replace" && read.length === own.length)) {
        expected.push(...own.split(""));
      } else if (kind === "replace") {
        expected.push(own, ...new Array<string>(read.length - 1).fill(""));
      }
    }
    const { text: readText, pieces, uncounted } = builder.build();
    return { readText, source: { text, pieces, uncounted } satisfies Source, expected };
  });

describe("toSource", () => {
  it("gives the source of every span in the order given, escapes whole", () => {
    fc.assert(
      fc.property(built, fc.array(fc.nat()), fc.boolean(), (made, cuts, isReversed) => {
        const { readText, source, expected } = made;
        const edges = [...new Set(cuts.map((cut) => cut % (readText.length + 1)))].sort(
          (a, b) => a - b,
        );
        const spans = edges.slice(1).map((end, i) => span(edges[i], end));
        const asked = isReversed ? spans.reverse() : spans;
        const out = toSource(source, asked);
        expect(out.map(({ start, end }) => source.text.slice(start, end)).join("")).toBe(
          asked.map(({ start, end }) => expected.slice(start, end).join("")).join(""),
        );
        for (const [i, { start, end }] of out.entries()) {
          expect(start).toBeLessThan(end);
          if (i > 0) expect(out[i - 1].end).not.toBe(start);
        }
      }),
    );
  });

  it("gives a cut escape whole when its start is covered, and nothing of it otherwise", () => {
    const builder = sourceBuilder("a\\u00e9b");
    builder.copy(0, 1);
    builder.replace(1, 7, "xy");
    builder.copy(7, 8);
    const { pieces } = builder.build();
    const source = { text: "a\\u00e9b", pieces };
    expect(toSource(source, [span(0, 2)])).toEqual([span(0, 7)]);
    expect(toSource(source, [span(2, 4)])).toEqual([span(7, 8)]);
    expect(toSource(source, [span(2, 2)])).toEqual([]);
  });

  it("joins neighbours only where they touch in the source too", () => {
    const builder = sourceBuilder("one two ");
    builder.copy(4, 8);
    builder.copy(0, 4);
    const { text, pieces } = builder.build();
    expect(text).toBe("two one ");
    expect(toSource({ text: "one two ", pieces }, [span(0, 8)])).toEqual([span(4, 8), span(0, 4)]);
  });
});

describe("sourceBuilder", () => {
  it("joins neighbouring pieces, collects what does not count and knows its length", () => {
    const builder = sourceBuilder("<b>bold</b>");
    builder.skip(7, 11, { counted: false });
    builder.skip(0, 3, { counted: false });
    builder.copy(3, 5);
    builder.copy(5, 7);
    builder.skip(0, 1);
    expect(builder.length).toBe(4);
    expect(builder.build()).toEqual({
      text: "bold",
      pieces: [{ read: span(0, 4), source: span(3, 7) }],
      uncounted: [span(0, 3), span(7, 11)],
    });
  });
});

describe("placeOf", () => {
  it("counts lines and columns from 1", () => {
    expect(placeOf("ab\ncd", 0)).toBe("line 1, column 1");
    expect(placeOf("ab\ncd", 2)).toBe("line 1, column 3");
    expect(placeOf("ab\ncd", 4)).toBe("line 2, column 2");
    expect(placeOf("\n\n", 2)).toBe("line 3, column 1");
  });
});
