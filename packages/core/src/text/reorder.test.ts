import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { promptOf } from "./prompt.js";
import { reordered } from "./reorder.js";
import { toSource } from "./source.js";
import type { Prompt } from "./types.js";

const prompt = promptOf({ instruction: "Do.", contexts: ["aa", "bbb", "c"], question: "Why?" });

describe("reordered", () => {
  it("moves contexts and leaves separators, instruction and question where they are", () => {
    const { text, parts } = reordered(prompt, [2, 0, 1]);
    expect(text).toBe("Do.\n\nc\n\naa\n\nbbb\n\nWhy?");
    expect(
      parts.map(({ kind, index, start, end }) => [kind, index, text.slice(start, end)]),
    ).toEqual([
      ["instruction", 0, "Do."],
      ["context", 2, "c"],
      ["context", 0, "aa"],
      ["context", 1, "bbb"],
      ["question", 0, "Why?"],
    ]);
  });

  it("is the same prompt where nothing moves", () => {
    expect(reordered(prompt, [0, 1, 2])).toBe(prompt);
  });

  it("knows of every part where it came from, also when it moves twice", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        (first, second) => {
          const moved: Prompt = reordered(reordered(prompt, first), second);
          for (const part of moved.parts) {
            const spans = moved.source ? toSource(moved.source, [part]) : [part];
            const from = spans.map(({ start, end }) => prompt.text.slice(start, end)).join("");
            expect(from).toBe(moved.text.slice(part.start, part.end));
          }
        },
      ),
    );
  });

  it("keeps text that is verbatim verbatim", () => {
    const marked = { ...prompt, verbatim: [{ start: 9, end: 12 }] };
    const { text, verbatim } = reordered(marked, [1, 0, 2]);
    expect(verbatim?.map(({ start, end }) => text.slice(start, end))).toEqual(["bbb"]);
  });
});
