import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { segmentsOf } from "../text/segments.js";
import { type RecoverInput, recover } from "./recover.js";

type Spans = readonly (readonly [start: number, end: number])[];

/** A compressed prompt of the stretches of `original` in brackets. */
function compressedFrom(marked: string) {
  const spans: [number, number][] = [];
  let original = "";
  for (const [i, piece] of marked.split(/[[\]]/).entries()) {
    if (i % 2 === 1) spans.push([original.length, original.length + piece.length]);
    original += piece;
  }
  return { original, compressed: cut(original, spans) };
}
const cut = (original: string, spans: Spans) => ({
  text: spans.map(([start, end]) => original.slice(start, end)).join(""),
  spans,
});
const wordsOf = (text: string) =>
  [...segmentsOf(text, "word")].map((s) => s.text).filter((word) => word.trim() !== "");
function isSubsequence<T>(wanted: readonly T[], all: Iterable<T>): boolean {
  let at = 0;
  for (const one of all) if (at < wanted.length && one === wanted[at]) at++;
  return at === wanted.length;
}
/** With exact places, by search in the compressed text, and by search alone. */
const waysOf = ({ original, compressed, response }: Required<Omit<RecoverInput, "maxGap">>) => [
  recover({ original, compressed, response }),
  recover({ original, compressed: { text: compressed.text }, response }),
  recover({ original, response }),
];

describe("recover", () => {
  it("puts back what was cut out between copied words, and says where", () => {
    const { original, compressed } = compressedFrom("[Ada ]Lovelace [wrote notes].");
    const response = "It was  Ada wrote\tnotes, yes.\n";
    for (const compressedText of [compressed, { text: compressed.text }]) {
      expect(recover({ original, compressed: compressedText, response })).toEqual({
        text: "It was  Ada Lovelace wrote notes, yes.\n",
        replacements: [{ response: { start: 8, end: 23 }, original: { start: 0, end: 24 } }],
      });
    }
  });

  it("takes the longest run, then the shortest stretch, then the earliest", () => {
    const marked = "[big ]old [cat ]x. [big ]very fat old [cat sat. ]The [big ]red [cat.]";
    const { original, compressed } = compressedFrom(marked);
    const texts = (response: string) => recover({ original, compressed, response }).text;
    expect(texts("a big cat")).toBe("a big old cat");
    expect(texts("a big cat sat")).toBe("a big very fat old cat sat");
  });

  it("leaves a run alone that the original holds as it stands", () => {
    const { original, compressed } = compressedFrom("the big cat. [the ]big [cat] sat. the cat");
    expect(recover({ original, compressed, response: "so the cat" }).replacements).toEqual([]);
    expect(recover({ original, compressed, response: "so the  cat!" }).text).toBe("so the  cat!");
  });

  it("does not reach over more than maxGap words, over an order that changed, or over a line break", () => {
    const { original, compressed } = compressedFrom(
      "[a ]1 2 3 4 5 6 7 8 9 [b ]1 2 3 4 5 6 7 8 9 0 [c]",
    );
    const text = (response: string, maxGap?: number) =>
      recover({ original, compressed, response, maxGap }).text;
    expect(text("a b c")).toBe("a 1 2 3 4 5 6 7 8 9 b c");
    expect(text("a b c", 11)).toBe(original);
    expect(text("a b c", 9)).toBe("a b c");
    expect(text("a\nb")).toBe("a\nb");
    const reordered = cut("one two three", [
      [8, 13],
      [7, 8],
      [0, 3],
    ]);
    const response = "three one!";
    expect(recover({ original: "one two three", compressed: reordered, response }).text).toBe(
      response,
    );
  });

  it("makes words whole that the compression cut", () => {
    const { original, compressed } = compressedFrom("of F[uel D]iesel oil[ compress]ion now");
    const response = "uel D compress!";
    expect(recover({ original, compressed, response }).text).toBe("Fuel Diesel oil compression!");
    const inside = compressedFrom("a F[u]e[l D]i[l]ution b");
    expect(recover({ ...inside, response: "ul Dl" }).text).toBe("Fuel Dilution");
  });

  it("recovers scripts without spaces, and leaves other punctuation and case alone", () => {
    const { original, compressed } = compressedFrom("[我]非常[喜欢]学习[中文]。");
    expect(recover({ original, compressed, response: "他说：我喜欢中文！" }).text).toBe(
      "他说：我非常喜欢学习中文！",
    );
    const latin = compressedFrom("[The ]big [cat]");
    expect(recover({ ...latin, response: "the cat, The-cat" }).text).toBe("the cat, The-cat");
  });

  it("searches where the text is not made of its spans, and without a compressed text", () => {
    const original = "the very quick brown fox jumps over it";
    const response = "quick fox jumps it!";
    const odd = { text: "quick fox jumps it", spans: [[0, 3]] as Spans };
    expect(recover({ original, compressed: odd, response }).text).toBe(
      "quick brown fox jumps over it!",
    );
    expect(recover({ original, response }).text).toBe("quick brown fox jumps over it!");
    expect(recover({ original, response: "quick fox it!" }).text).toBe("quick fox it!");
  });

  it("looks for a later occurrence where the next one leads nowhere", () => {
    const original = "a x b y b 1 2 3 4 5 6 c";
    const response = "say a b c";
    expect(recover({ original, compressed: { text: "a b c" }, response, maxGap: 7 }).text).toBe(
      `say ${original}`,
    );
  });

  it.each(["", "  \n ", "\0\0", "a\0b", "\u0301", "\ud83d", "…"])("survives %j", (response) => {
    const { original, compressed } = compressedFrom("[a ]b \0[c]");
    for (const { text } of waysOf({ original, compressed, response })) expect(text).toBe(response);
    expect(recover({ original: "", compressed: { text: "" }, response }).text).toBe(response);
    expect(recover({ original: "", compressed: { text: "", spans: [] }, response }).text).toBe(
      response,
    );
  });

  it("refuses what it cannot use, naming it", () => {
    const refused = (change: object, message: string) =>
      expect(() => recover({ original: "a", response: "b", ...change })).toThrow(
        expect.objectContaining({ code: "invalid-option", message }),
      );
    refused({ response: 4 }, "response is 4; it must be a string.");
    refused({ compressed: { text: null } }, "compressed.text is null; it must be a string.");
    refused({ maxGap: 0 }, "maxGap is 0; it must be a whole number from 1 to 1000.");
    refused({ maxGap: 1.5 }, "maxGap is 1.5; it must be a whole number from 1 to 1000.");
  });
});

const piece = fc.constantFrom(
  ..."the cat ,|a |sat| |\n|of |fox. |don't |e\u0301 |世界|和平|。|สวัสดี|👩‍👩‍👧 |\0|7 |३ |(".split(
    "|",
  ),
);
const texts = fc.array(piece, { minLength: 1, maxLength: 60 });

describe("whatever is given", () => {
  it("changes nothing in a response that is a slice of the original", () => {
    const place = fc.nat({ max: 400 });
    fc.assert(
      fc.property(texts, fc.array(fc.boolean()), place, place, (pieces, kept, from, length) => {
        const { original, compressed } = keepPieces(pieces, kept);
        const response = original.slice(from % original.length).slice(0, length);
        for (const { text, replacements } of waysOf({ original, compressed, response })) {
          expect(text).toBe(response);
          expect(replacements).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("replaces only by stretches of the original that hold the words, and keeps the rest", () => {
    fc.assert(
      fc.property(texts, fc.array(fc.boolean()), texts, (pieces, kept, more) => {
        const { original, compressed } = keepPieces(pieces, kept);
        const response = `${more.join("")}${compressed.text}`;
        for (const [way, { text, replacements }] of waysOf({
          original,
          compressed,
          response,
        }).entries()) {
          let rest = "";
          let at = 0;
          for (const { response: from, original: to } of replacements) {
            expect(at <= from.start && from.start < from.end).toBe(true);
            const source = original.slice(to.start, to.end);
            rest += response.slice(at, from.start) + source;
            at = from.end;
            const copied = response.slice(from.start, from.end);
            expect(copied).not.toMatch(/\n/);
            const wanted = way === 0 ? [...copied.replace(/\s/g, "")] : wordsOf(copied);
            expect(isSubsequence(wanted, way === 0 ? source : wordsOf(source))).toBe(true);
          }
          expect(text).toBe(rest + response.slice(at));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("gives a prompt with small gaps back when the response is the compressed text", () => {
    const steps = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(steps, (gaps) => {
        const words = Array.from({ length: gaps.reduce((a, b) => a + b, 1) }, (_, i) => `w${i} `);
        let next = 0;
        const wanted = new Set([0, ...gaps.map((gap) => (next += gap))]);
        const { original, compressed } = keepPieces(
          words,
          words.map((_, i) => wanted.has(i)),
        );
        const { text } = recover({ original, compressed, response: compressed.text });
        expect(text).toBe(original);
        const response = compressed.text;
        expect(recover({ original, compressed: { text: response }, response }).text).toBe(original);
      }),
    );
  });

  const HUGE: readonly [string, (i: number) => string, (i: number) => boolean][] = [
    ["like prose", (i) => `w${zipf(i)} `, (i) => i % 3 !== 0],
    ["of two words", (i) => (i % 2 ? "a " : "b "), (i) => i % 5 !== 0],
    ["of one word", () => "a ", (i) => i % 2 === 0],
  ];
  it.each(HUGE)("is quick with 100,000 words %s", (_, word, isKept) => {
    const timed = (count: number) => {
      const words = Array.from({ length: count }, (_, i) => word(i));
      const { original, compressed } = keepPieces(
        words,
        words.map((_, i) => isKept(i)),
      );
      const response = `${compressed.text}. ${words.map((_, i) => word(i * 3)).join("")}`;
      const start = performance.now();
      const lengths = waysOf({ original, compressed, response }).map(({ text }) => text.length);
      expect(lengths.every((length) => length > 0)).toBe(true);
      return performance.now() - start;
    };
    timed(2_000);
    const small = timed(12_500);
    const large = timed(100_000);
    expect(large).toBeLessThan(30 * Math.max(small, 100));
  });
});

/** A word's rank, as often as in prose: one in `rank` times. */
function zipf(i: number): number {
  const share = ((i * 7919) % 99_991) / 99_991;
  return Math.floor(Math.exp(share * Math.log(20_000)));
}

/** Keeps the pieces with a true beside them; all others go. */
function keepPieces(pieces: readonly string[], kept: readonly boolean[]) {
  const spans: [number, number][] = [];
  let at = 0;
  for (const [i, text] of pieces.entries()) {
    if (kept[i]) spans.push([at, at + text.length]);
    at += text.length;
  }
  const original = pieces.join("");
  return { original, compressed: cut(original, spans) };
}
