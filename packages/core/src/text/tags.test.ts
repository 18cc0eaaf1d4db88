import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { promptOf } from "./prompt.js";
import { toSource } from "./source.js";
import { taggedPrompt } from "./tags.js";

/** What the parts hold, with their rates. */
const parts = (tagged: string) => {
  const { text, parts } = taggedPrompt(tagged);
  return parts.map(({ start, end, rate }) => [text.slice(start, end), rate]);
};

const failing = (message: RegExp) =>
  expect.objectContaining({
    code: "invalid-prompt",
    message: expect.stringMatching(message),
  });

describe("taggedPrompt", () => {
  it("gives every tag's text its rate, and 1 where it is not to be compressed", () => {
    expect(
      parts(
        "<llmlingua rate=0.3>a</llmlingua><llmlingua compress=false rate=0.2>b</llmlingua>" +
          "<llmlingua compress=true>c</llmlingua><llmlingua>d\n\ne</llmlingua>" +
          "<llmlingua compress=true rate=.5>f</llmlingua>",
      ),
    ).toEqual([
      ["a", 0.3],
      ["b", 1],
      ["c", undefined],
      ["d\n\ne", undefined],
      ["f", 0.5],
    ]);
  });

  it.each([
    "<llmlingua, rate=0.5, compress=True>",
    "<llmlingua rate=0.5 compress=true>",
    "<llmlingua compress=\"true\",rate='0.5'>",
    "<llmlingua\n  rate = 0.5\n>",
    "<llmlingua,,rate=5e-1,>",
  ])("reads %s", (tag) => {
    expect(parts(`${tag}text</llmlingua>`)).toEqual([["text", 0.5]]);
  });

  it("keeps the text outside tags: its blank-line blocks are contexts", () => {
    expect(parts("one\n\ntwo <llmlingua rate=1>three</llmlingua> four\n\n\nfive")).toEqual([
      ["one", undefined],
      ["two", undefined],
      ["three", 1],
      [" four", undefined],
      ["five", undefined],
    ]);
  });

  it("allows < anywhere, and reads as text what only looks like a tag", () => {
    const text = "a<b <llm <llmlinguas> <llmlingua/> </llmlingua > if (a < b)";
    expect(parts(text)).toEqual([[text, undefined]]);
    expect(parts("<llmlingua rate=1>a < b <i>c</i></llmlingua>")).toEqual([["a < b <i>c</i>", 1]]);
  });

  it("reads a tag after a backslash as text, without the backslash", () => {
    const tagged = "write \\<llmlingua rate=2> and \\</llmlingua>, not \\n";
    const prompt = taggedPrompt(tagged);
    expect(prompt.text).toBe("write <llmlingua rate=2> and </llmlingua>, not \\n");
    expect(prompt.parts).toHaveLength(1);
    expect(prompt.source?.uncounted).toHaveLength(2);
  });

  it("makes no part of an empty or blank tag", () => {
    expect(parts("<llmlingua></llmlingua>a<llmlingua rate=0.1> \n </llmlingua>")).toEqual([
      ["a", undefined],
    ]);
  });

  it("joins instruction and question by blank lines and counts the contexts from 0", () => {
    const prompt = taggedPrompt("x<llmlingua rate=0.5>y</llmlingua>", {
      instruction: "Do.",
      question: "Why?",
    });
    expect(prompt.text).toBe("Do.\n\nxy\n\nWhy?");
    expect(prompt.parts).toEqual([
      { kind: "instruction", index: 0, start: 0, end: 3 },
      { kind: "context", index: 0, start: 5, end: 6 },
      { kind: "context", index: 1, start: 6, end: 7, rate: 0.5 },
      { kind: "question", index: 0, start: 9, end: 13 },
    ]);
    expect(prompt.source?.text).toBe("Do.\n\nx<llmlingua rate=0.5>y</llmlingua>\n\nWhy?");
  });

  it("reads a text without tags as a prompt of one text", () => {
    for (const text of ["", "one", "one\n\ntwo\r\n\r\n three"]) {
      expect(taggedPrompt(text)).toEqual({ ...promptOf(text), form: "tagged" });
      const rest = { instruction: "Do.", question: "Why?" };
      const plain = promptOf({ ...rest, contexts: text });
      expect(taggedPrompt(text, rest)).toEqual({ ...plain, form: "tagged" });
    }
  });

  it.each([
    ["a\nb<llmlingua>c", /line 2, column 2: it is never closed/],
    ["a</llmlingua>", /line 1, column 2: no tag is open/],
    ["<llmlingua>\n<llmlingua rate=1>", /line 2, column 1: another tag is still open/],
    ["<llmlingua ratio=2>a</llmlingua>", /column 12: ratio is no attribute/],
    ["<llmlingua rate=.1 rate=.2>a</llmlingua>", /column 20: rate is given twice/],
    ["<llmlingua rate=1.2.3>a</llmlingua>", /column 12: rate is 1\.2\.3/],
    ["<llmlingua rate=0>a</llmlingua>", /rate is 0; give a number above 0/],
    ["<llmlingua rate=1.5>a</llmlingua>", /rate is 1\.5/],
    ["<llmlingua rate=''>a</llmlingua>", /rate is empty/],
    ["<llmlingua compress=no>a</llmlingua>", /compress is no; give true or false/],
    ["<llmlingua rate>a</llmlingua>", /rate has no value/],
    ["<llmlingua rate='1'compress=true>a</llmlingua>", /column 20: attributes are set apart/],
    ["<llmlingua =1>a</llmlingua>", /column 12: expected an attribute or >, found "="/],
    ["<llmlingua rate=1", /column 1: the tag has no closing >/],
  ])("refuses %s and says where", (tagged, message) => {
    expect(() => taggedPrompt(tagged)).toThrow(failing(message));
  });

  it("refuses what is no string", () => {
    const wrong = 7 as unknown as string;
    expect(() => taggedPrompt(wrong)).toThrow(failing(/tagged: expected a string, got number/));
    expect(() => taggedPrompt("", { question: wrong })).toThrow(failing(/question/));
  });

  it("loses nothing: the source is the text that is read and what does not count", () => {
    const chunk = fc.oneof(
      // A backslash would make text of the tag after it, and the tag's end an error.
      fc.string().filter((text) => !text.includes("\\")),
      fc.constantFrom("<llmlingua rate=0.5>a\n\nb</llmlingua>", "\\<llmlingua>", "<", "\n\n", "é"),
    );
    fc.assert(
      fc.property(fc.array(chunk), (chunks) => {
        const tagged = chunks.join("");
        const { text, parts, source } = taggedPrompt(tagged);
        let last = 0;
        for (const { start, end } of parts) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(text.slice(last, start).trim()).toBe("");
          last = end;
        }
        expect(text.slice(last).trim()).toBe("");
        if (source === undefined) {
          expect(text).toBe(tagged);
          return;
        }
        const read = toSource(source, [{ start: 0, end: text.length }]);
        expect(read.map(({ start, end }) => tagged.slice(start, end)).join("")).toBe(text);
        const all = [...read, ...(source.uncounted ?? [])].sort((a, b) => a.start - b.start);
        expect(all.map(({ start, end }) => tagged.slice(start, end)).join("")).toBe(tagged);
      }),
    );
  });

  it("reads a megabyte of openings and blanks in linear time", () => {
    expect(parts("<llmlingua".repeat(100_000))).toHaveLength(1);
    expect(parts(`<llmlingua${" ".repeat(1_000_000)}>a</llmlingua>`)).toHaveLength(1);
    expect(parts("<llmlingua rate=0.5>a</llmlingua>".repeat(30_000))).toHaveLength(30_000);
  });
});
