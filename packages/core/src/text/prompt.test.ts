import { describe, expect, it } from "vitest";
import { blockSpans, promptOf } from "./prompt.js";
import type { PromptInput } from "./types.js";

const textsOf = (input: string | PromptInput) => {
  const { text, parts } = promptOf(input);
  return parts.map((part) => text.slice(part.start, part.end));
};
const blocksOf = (text: string) => blockSpans(text).map(({ start, end }) => text.slice(start, end));
const wrong = (input: unknown) => () => promptOf(input as string);

describe("promptOf a text", () => {
  it("takes the blank-line blocks as contexts and leaves the text as it is", () => {
    const prompt = promptOf("one\ntwo\n\nthree");
    expect(prompt).toEqual({
      text: "one\ntwo\n\nthree",
      parts: [
        { kind: "context", index: 0, start: 0, end: 7 },
        { kind: "context", index: 1, start: 9, end: 14 },
      ],
    });
  });

  it("reads CRLF, several blank lines and blank lines with spaces in them as one gap", () => {
    expect(blocksOf("a\r\n\r\nb")).toEqual(["a", "b"]);
    expect(blocksOf("a\n\n\n\nb")).toEqual(["a", "b"]);
    expect(blocksOf("a\n \t\n  \r\nb")).toEqual(["a", "b"]);
  });

  it("keeps a block's indentation with it and trims what trails", () => {
    expect(blocksOf("  a\n\n    b  \n\n\tc\n")).toEqual(["  a", "    b", "\tc"]);
    expect(blocksOf("\n  a")).toEqual(["  a"]);
  });

  it("does not end a block inside a character", () => {
    expect(blocksOf("a\u0600 ")).toEqual(["a\u0600 "]);
  });

  it("finds no parts in nothing and in white space", () => {
    expect(promptOf("")).toEqual({ text: "", parts: [] });
    expect(promptOf(" \n\n\t\r\n").parts).toEqual([]);
  });
});

describe("promptOf parts", () => {
  it("joins them by blank lines in the order instruction, contexts, question", () => {
    const input = { question: "Q?", contexts: ["a", "b"], instruction: "Do." };
    expect(promptOf(input)).toEqual({
      text: "Do.\n\na\n\nb\n\nQ?",
      parts: [
        { kind: "instruction", index: 0, start: 0, end: 3 },
        { kind: "context", index: 0, start: 5, end: 6 },
        { kind: "context", index: 1, start: 8, end: 9 },
        { kind: "question", index: 0, start: 11, end: 13 },
      ],
    });
  });

  it("splits contexts that are one string at blank lines, and lists never", () => {
    expect(textsOf({ contexts: "a\n\nb", question: "Q?" })).toEqual(["a", "b", "Q?"]);
    expect(textsOf({ contexts: ["a\n\nb"], question: "Q?" })).toEqual(["a\n\nb", "Q?"]);
    expect(promptOf({ contexts: "a\n\nb" }).parts.map(({ index }) => index)).toEqual([0, 1]);
  });

  it("leaves out empty parts, but counts an empty context of a list", () => {
    expect(promptOf({ instruction: "", contexts: "", question: "" })).toEqual({
      text: "",
      parts: [],
    });
    const { parts } = promptOf({ contexts: ["", "b"] });
    expect(parts.map(({ index, start, end }) => [index, start, end])).toEqual([
      [0, 0, 0],
      [1, 0, 1],
    ]);
  });

  it("keeps parts as they are given, space and all", () => {
    expect(textsOf({ instruction: " x ", contexts: ["\ny\n"], question: " z" })).toEqual([
      " x ",
      "\ny\n",
      " z",
    ]);
  });
});

describe("promptOf something else", () => {
  it.each([
    [
      null,
      "Cannot read prompt: expected a string or { instruction, contexts, question }, got null.",
    ],
    [
      42,
      "Cannot read prompt: expected a string or { instruction, contexts, question }, got number.",
    ],
    [
      ["a"],
      "Cannot read prompt: expected a string or { instruction, contexts, question }, got an array.",
    ],
    [{ contexts: ["a", 5] }, "Cannot read contexts[1]: expected a string, got number."],
    [{ contexts: 5 }, "Cannot read contexts: expected a string or strings, got number."],
    [{ instruction: 42 }, "Cannot read instruction: expected a string, got number."],
    [{ instruction: 0, contexts: "a" }, "Cannot read instruction: expected a string, got number."],
    [{ question: false }, "Cannot read question: expected a string, got boolean."],
    [
      { context: ["a"] },
      "Cannot read a prompt with context; its parts are instruction, contexts, question.",
    ],
  ])("is an error that names the part: %j", (input, message) => {
    expect(wrong(input)).toThrow(expect.objectContaining({ code: "invalid-prompt", message }));
  });
});
