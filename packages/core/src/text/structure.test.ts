import { describe, expect, it } from "vitest";
import { promptOf } from "./prompt.js";
import { recurringStructure } from "./structure.js";

const found = (contexts: readonly string[]) => {
  const { text, parts } = promptOf({ contexts });
  return recurringStructure(text, parts, { conclusions: true }).map(({ kind, start, end }) => [
    kind,
    text.slice(start, end),
  ]);
};

describe("recurringStructure", () => {
  it("finds labels and the closing formula with its slot", () => {
    expect(
      found([
        "Question: How many cats?\nLet us think.\nThe answer is 3",
        "Question: Who came first?\nWell, see.\nThe answer is Bob Smith",
      ]),
    ).toEqual([
      ["recurring", "Question:"],
      ["closing", "The answer is 3"],
      ["recurring", "Question:"],
      ["closing", "The answer is Bob Smith"],
    ]);
  });

  it("takes the formula alone where more than four words follow", () => {
    expect(found(["The answer is one two three four five", "The answer is six"])).toEqual([
      ["recurring", "The answer is"],
      ["closing", "The answer is six"],
    ]);
  });

  it("takes lines that recur whole", () => {
    expect(found(["Yes\nfoo bar", "Yes\nbaz qux"])).toEqual([
      ["recurring", "Yes"],
      ["recurring", "Yes"],
    ]);
  });

  it("reads a full-width colon, an equals sign and a bar as the end of a label", () => {
    for (const label of ["问题：", "x =", "|"]) {
      expect(found([`${label} one`, `${label} two`]).map(([, text]) => text)).toEqual([
        label,
        label,
      ]);
    }
  });

  it("finds nothing in one context and nothing in none", () => {
    expect(found(["Question: a\nQuestion: b\nQuestion: c"])).toEqual([]);
    expect(found([])).toEqual([]);
  });

  it("ignores instruction and question", () => {
    const { text, parts } = promptOf({
      instruction: "Question: a",
      contexts: ["Question: b"],
      question: "Question: c",
    });
    expect(recurringStructure(text, parts)).toEqual([]);
  });

  it("finds nothing in paragraphs that merely begin with the same one or two words", () => {
    expect(
      found([
        "The river rose over night.\nIt was in the town by noon.",
        "The river fell at once.\nIt was a long evening.",
        "In the end the dam held.\nIt will be rebuilt in spring.",
      ]),
    ).toEqual([]);
  });

  it("wants a start in half of the contexts, and in two", () => {
    const five = ["Note: a", "Note: b", "c", "d", "e"];
    expect(found(five)).toEqual([]);
    expect(found(five.slice(0, 4))).toHaveLength(2);
  });

  it("counts a start once a context, however often it comes there", () => {
    expect(found(["Note: a\nNote: b", "c"])).toEqual([]);
  });

  it("compares at most eight words of a line", () => {
    const eight = "a b c d e f g h";
    expect(found([`${eight} i j k l m n`, `${eight} i j k l m n`])).toEqual([
      ["recurring", eight],
      ["recurring", eight],
    ]);
  });

  it("takes the last sentence of a context for a line of its own", () => {
    expect(
      found([
        "Well, three and four. So the answer is (A).",
        "Look at\nten and two. So the answer is (B).",
      ]),
    ).toEqual([
      ["closing", "So the answer is (A)."],
      ["closing", "So the answer is (B)."],
    ]);
  });

  it("parts the last sentence from a label that stands before it", () => {
    const rest = "we see nothing but the three apples that were there";
    expect(
      found([
        `A: First ${rest}. The answer is 7.`,
        `A: Later ${rest}! The answer is 60.\n`,
        `A: There ${rest}.  The answer is 5.  `,
      ]).filter(([, text]) => text !== "A:"),
    ).toEqual([
      ["closing", "The answer is 7."],
      ["closing", "The answer is 60."],
      ["closing", "The answer is 5."],
    ]);
  });

  it("parts no sentence of one or two words, and none of other lines", () => {
    expect(found(["We saw it. Not me.", "They came by. Not me."])).toEqual([]);
    expect(
      found(["Here it comes. So it was good.\nup", "There it goes. So it was bad.\ndown"]),
    ).toEqual([]);
  });

  it("parts Chinese sentences, which have no space between them", () => {
    expect(found(["先数 3 个。所以 答案 是 7。", "每天 12 页。所以 答案 是 60。"])).toEqual([
      ["closing", "所以 答案 是 7。"],
      ["closing", "所以 答案 是 60。"],
    ]);
  });

  it("has spans in order, apart, in their context and without space around them", () => {
    const contexts = [
      "  \n A: one two three four. It is a cat. \r\n",
      "",
      "A: \u0301x y z! It is a dog.",
      " ",
    ];
    const { text, parts } = promptOf({ contexts });
    const spans = recurringStructure(text, parts, { conclusions: true });
    expect(spans.map(({ kind }) => kind)).toEqual(["recurring", "closing", "recurring", "closing"]);
    let last = 0;
    for (const { start, end } of spans) {
      expect(start).toBeGreaterThanOrEqual(last);
      expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
      expect(parts.some((part) => part.start <= start && end <= part.end)).toBe(true);
      last = end;
    }
  });

  it("reads a line of very many sentences", () => {
    const context = "A b c d. ".repeat(150_000);
    expect(found([`${context}The answer is 7`, `${context}The answer is 8`]).at(-1)).toEqual([
      "closing",
      "The answer is 8",
    ]);
  });
});
