import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fakeResult } from "../../../test/cli-fakes.js";
import { colours } from "../colours.js";
import { visible, visibleLine } from "../visible.js";
import { budgetRows, budgetTable } from "./budget.js";
import { escapeHtml } from "./escape.js";
import { heatMap, heatStep } from "./heat-map.js";
import { histogram, surprisalBins } from "./histogram.js";
import { explainPage } from "./page.js";
import { piecesOf } from "./pieces.js";
import { scaleOf } from "./scale.js";
import { keptAndDropped } from "./terminal.js";

const stdout = { write: () => true, isTTY: true };
const plain = colours(false, { stdout, env: {} });
const result = fakeResult(
  {
    instruction: "Answer.",
    contexts: [
      "The lighthouse keeper left in nineteen eighty-nine.",
      "a a a a",
      "Boats leave Torvik on Sundays.",
    ],
    question: "When?",
  },
  0.5,
);

const scale = scaleOf(result);

describe("piecesOf", () => {
  test("covers the original once, in order, and agrees with the spans", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        (text, rate) => {
          fc.pre(text.trim() !== "");
          const made = fakeResult(text, rate);
          const pieces = piecesOf(made);
          const slices = pieces.map(({ start, end }) => made.original.slice(start, end));
          expect(slices.join("")).toBe(made.original);
          expect(slices.filter((_, i) => pieces[i].kept).join("")).toBe(made.text);
        },
      ),
    );
  });

  test("gives a character spread over tokens the surprisal of them all", () => {
    const tokens = {
      offsets: Uint32Array.of(0, 0, 2, 3),
      surprisals: Float32Array.of(1, 2, 4),
      kept: Uint8Array.of(1, 1, 0),
    };
    const made = { ...result, original: "🐝x", parts: [], spans: [[0, 2]] as const, tokens };
    expect(piecesOf(made)).toEqual([
      { start: 0, end: 2, kept: true, surprisal: 3 },
      { start: 2, end: 3, kept: false, surprisal: 4 },
    ]);
  });
});

describe("terminal", () => {
  test("brackets dropped stretches and names dropped contexts when there is no colour", () => {
    const text = keptAndDropped(result, plain);
    expect(text).toContain("✗ context 2 dropped, 4 tokens: a a a a");
    expect(text).toMatch(/\[-.+-\]/);
    expect(text.startsWith("Answer.")).toBe(true);
  });

  test("brackets a dropped part that shares its line", () => {
    const original = '{"a": "one two", "b": "three"}';
    const part = { ...result.parts[1], kind: "context" as const, start: 7, end: 14, dropped: true };
    const spans = [
      [0, 7],
      [14, original.length],
    ] as const;
    const tokens = {
      offsets: Uint32Array.of(0, original.length),
      surprisals: Float32Array.of(Number.NaN),
      kept: Uint8Array.of(1),
    };
    const text = keptAndDropped({ ...result, original, parts: [part], spans, tokens }, plain);
    expect(text).toBe('{"a": "[-one two-]", "b": "three"}');
  });

  test("keeps every character of a prompt that loses no part", () => {
    const made = fakeResult("The keeper left\n\nand nobody came after", 0.9);
    const text = keptAndDropped(made, plain);
    expect(text.replaceAll("[-", "").replaceAll("-]", "")).toBe(made.original);
  });

  test("does not let the text drive the terminal", () => {
    expect(visible("a\u001b[2J\r\nb\u009b\u202e\t")).toBe("a␛[2J\nb��\t");
    expect(visibleLine("a\n\u001b[31mb\t\u2066")).toBe("a␊␛[31mb␉�");
    const evil = { ...result, tokenizer: "t\u001b[2J", scorer: "s\u202e" };
    expect(budgetTable(evil, plain)).toContain(
      "tokens of t␛[2J; surprisal: mean nats per token of s�",
    );
  });

  test("takes linear time for a prompt of many contexts", () => {
    const count = 8000;
    const part = "word word. ";
    const parts = Array.from({ length: count }, (_, index) => ({
      kind: "context" as const,
      index,
      start: index * part.length,
      end: (index + 1) * part.length,
      text: "word",
      originalTokens: 3,
      compressedTokens: 1,
      dropped: false,
    }));
    const spans = parts.map(({ start }) => [start, start + 4] as const);
    const original = part.repeat(count);
    const offsets = Uint32Array.from({ length: 2 * count + 1 }, (_, i) => Math.floor(i * 5.5));
    const surprisals = new Float32Array(2 * count).fill(1);
    const tokens = { offsets, surprisals, kept: new Uint8Array(2 * count) };
    const start = performance.now();
    const text = keptAndDropped({ ...result, original, parts, spans, tokens }, plain);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(text).toBe("word[- word. -]".repeat(count));
  });

  test("prints the budget with a row a part and the whole", () => {
    const lines = budgetTable(result, plain).split("\n");
    expect(lines[0]).toMatch(/^part +original +kept +rate +surprisal +dropped$/);
    expect(lines[3]).toMatch(/^context 2 +4 +0 +0.0 % +\d\.\d\d +whole$/);
    expect(lines[6]).toMatch(/^prompt/);
    expect(lines[7]).toContain("tokens of words");
  });
});

describe("colours", () => {
  test.each([
    ["a terminal", undefined, true, {}, true],
    ["a file", undefined, false, {}, false],
    ["NO_COLOR", undefined, true, { NO_COLOR: "1" }, false],
    ["an empty NO_COLOR", undefined, true, { NO_COLOR: "" }, true],
    ["a dumb terminal", undefined, true, { TERM: "dumb" }, false],
    ["--no-color", false, true, {}, false],
    ["--color before NO_COLOR", true, false, { NO_COLOR: "1" }, true],
  ])("for %s", (_what, flag, isTTY, env, on) => {
    const paint = colours(flag, { stdout: { ...stdout, isTTY }, env });
    expect(paint.on).toBe(on);
    expect(paint.dim("x")).toBe(on ? "\u001b[2mx\u001b[22m" : "x");
  });
});

describe("page", () => {
  test("escapes the text everywhere and has no script", () => {
    const evil = `<script>alert(1)</script> "onmouseover='x' </style></div> & <img src=//x>`;
    const page = explainPage({ ...fakeResult(evil, 0.5), tokenizer: evil, scorer: evil });
    expect(page).not.toMatch(/<script|<img|<link|<iframe|https?:|url\(|@import/i);
    expect(page.match(/<\/style>/g)).toHaveLength(1);
    expect(page).toContain("default-src 'none'");
  });

  test("holds the whole original", () => {
    const page = explainPage(result);
    for (const word of ["lighthouse", "eighty-nine.", "Torvik"]) expect(page).toContain(word);
    expect(page).toContain("dropped whole");
    expect(page).toContain("not scored");
  });

  test("escapes what HTML reads as markup", () => {
    expect(escapeHtml(`<a b="c" d='e'>&`)).toBe("&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
  });

  test("has a colour step for every surprisal", () => {
    const stepOf = (score: number) => heatStep(score, scale);
    expect([0, 0.49, 0.5, 2.9, 7.99, 8, 40].map(stepOf)).toEqual([0, 0, 1, 3, 6, 7, 7]);
  });
});

describe("histogram", () => {
  test("counts every scored token once", () => {
    const tokens = {
      offsets: new Uint32Array(5),
      surprisals: Float32Array.of(Number.NaN, 0.2, 0.9, 50),
      kept: Uint8Array.of(1, 0, 1, 1),
    };
    const bins = surprisalBins(tokens);
    expect(bins[0]).toEqual({ kept: 1, dropped: 1 });
    expect(bins.at(-1)).toEqual({ kept: 1, dropped: 0 });
    expect(histogram(tokens, scale)).toContain("<title>0–1 nats: 1 kept, 1 dropped</title>");
  });

  test("is left out when nothing was scored", () => {
    const none = new Float32Array(2).fill(Number.NaN);
    expect(histogram({ ...result.tokens, surprisals: none }, scale)).toBe("");
  });
});

describe("contexts in another order", () => {
  // What LongLLMLingua gives: spans and parts in the order of the result, offsets into the original.
  const [instruction, lighthouse, letters, boats, question] = result.parts;
  const parts = [instruction, boats, lighthouse, letters, question];
  const place = (at: number) => parts.findIndex(({ start, end }) => start <= at && at < end);
  const spans = [...result.spans].sort(([a], [b]) => place(a) - place(b) || a - b);
  const text = spans.map(([start, end]) => result.original.slice(start, end)).join("");
  const made = { ...result, parts, spans, text };

  test("are shown where they stand in the original, with every word once", () => {
    expect(made.text).not.toBe(result.text);
    expect(keptAndDropped(made, plain)).toBe(keptAndDropped(result, plain));
    expect(heatMap(made)).toBe(heatMap(result));
    const pieces = piecesOf(made).map(({ start, end }) => made.original.slice(start, end));
    expect(pieces.join("")).toBe(made.original);
  });

  test("have their budget in the order of the result, by their own number", () => {
    const names = budgetRows(made).map(({ cells }) => cells[0]);
    expect(names).toEqual([
      "instruction",
      "context 3",
      "context 1",
      "context 2",
      "question",
      "prompt",
    ]);
    const cells = (name: string, of: typeof result) =>
      budgetRows(of).find((row) => row.cells[0] === name)?.cells;
    expect(cells("context 3", made)).toEqual(cells("context 3", result));
    expect(budgetTable(made, plain)).toContain("; rows in the order of the result\n");
    expect(budgetTable(result, plain)).not.toContain("rows in the order");
    const page = explainPage(made);
    expect(page).toContain("Rows are in the order of the result.");
    expect(page).toContain(`<div class="text">${escapeHtml(text)}</div>`);
  });
});

describe("scores of other methods", () => {
  test("are probabilities for llmlingua2, without a unit", () => {
    const { tokens } = result;
    const surprisals = tokens.surprisals.map((score) => score / 20);
    const page = explainPage({
      ...result,
      method: "llmlingua2",
      tokens: { ...tokens, surprisals },
    });
    expect(page).toContain("method llmlingua2");
    expect(page).toContain("Original, by probability");
    expect(page).toContain("<h2>Probability</h2>");
    expect(page).toContain("<title>0.2–0.3: ");
    expect(page).not.toMatch(/\d nats/);
  });

  test("leave no link to a chart that is not there", () => {
    const surprisals = result.tokens.surprisals.map(() => Number.NaN);
    const page = explainPage({ ...result, tokens: { ...result.tokens, surprisals } });
    expect(page).not.toContain("#surprisal");
  });

  test("come with what an automatic rate found", () => {
    const page = explainPage({ ...result, auto: { rate: 0.318, information: 0.8 } });
    expect(page).toContain("rate auto: 0.32, for 80.0 % of the information");
  });
});
