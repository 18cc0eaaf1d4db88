import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fakeOutside } from "../../../test/cli-fakes.js";
import type { PartValues } from "./flags.js";
import { readPrompt } from "./prompt.js";
import { parsePromptJson } from "./prompt-json.js";
import { decode } from "./read.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "llmlingua-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const read = (files: string[], values: PartValues = {}, stdin?: string) =>
  readPrompt(files, values, fakeOutside({ stdin, terminal: stdin === undefined }).context.io);

describe("decode", () => {
  test("reads back all well-formed text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        fc.pre(!text.includes("\0") && !text.startsWith("\ufeff"));
        expect(decode(new TextEncoder().encode(text), "x")).toBe(text);
      }),
    );
  });

  test.each([
    [[0x61, 0x00], "x is not text: a NUL byte at byte 1."],
    [[0x61, 0xe2, 0x82, 0x41], "x is not text: not valid UTF-8 at byte 3."],
    [[0x61, 0xff], "x is not text: not valid UTF-8 at byte 1."],
    [[0x61, 0xe2, 0x82], "x is not text: not valid UTF-8 at byte 3."],
    [[0xff, 0xfe, 0x61, 0x00], "It looks like UTF-16: convert it to UTF-8 first."],
  ])("refuses %j with the place", (bytes, message) => {
    expect(() => decode(Uint8Array.from(bytes), "x")).toThrow(message);
  });
});

describe("readPrompt", () => {
  test("takes one text as it is, to the byte", async () => {
    expect(await read([file("a.txt", " a\r\n\r\nb\n")])).toBe(" a\r\n\r\nb\n");
    expect(await read([], {}, "from a pipe\n")).toBe("from a pipe\n");
    expect(await read(["-"], {}, "typed")).toBe("typed");
  });

  test("takes several files as one context each, without the line end at their end", async () => {
    const files = [file("a.txt", "a\n\nb\n"), file("b.txt", "c")];
    expect(await read(files)).toEqual({ contexts: ["a\n\nb", "c"] });
    const values = { context: [files[1]], question: "why?" };
    expect(await read([files[0]], values)).toEqual({ contexts: ["a\n\nb", "c"], question: "why?" });
    expect(await read([], { context: [files[0]] })).toEqual({ contexts: ["a\n\nb"] });
  });

  test("reads instruction and question from files", async () => {
    const values = {
      instructionFile: file("i.txt", "Do.\n"),
      questionFile: file("q.txt", "Q?\r\n"),
    };
    const prompt = { instruction: "Do.", contexts: "text", question: "Q?" };
    expect(await read([], values, "text")).toEqual(prompt);
  });

  test("does not wait for standard input when contexts are given", async () => {
    expect(await read([], { context: [file("c.txt", "c")] }, "ignored")).toEqual({
      contexts: ["c"],
    });
  });

  test("reads a prompt object, which flags complete", async () => {
    const path = file("p.json", '{"documents": ["d"], "question": "q"}');
    const prompt = { instruction: "i", contexts: ["d"], question: "q" };
    expect(await read([path], { instruction: "i" })).toEqual(prompt);
    expect(await read([path], { format: "text" })).toContain('{"documents"');
    expect(await read([], { format: "json" }, '{"contexts": "x"}')).toEqual({ contexts: "x" });
    await expect(read([path], { question: "other" })).rejects.toThrow("both give the question");
    await expect(read([path, path])).rejects.toThrow("--format text");
  });

  test.each([
    ["no input", [], {}, "No input. Give a FILE, pipe text in"],
    ["a missing file", ["no/such.txt"], {}, "Cannot read no/such.txt: there is no such file."],
    ["a directory", [tmpdir()], {}, "it is a directory; give files."],
    ["standard input twice", ["-", "-"], {}, "Standard input (-) can be read only once."],
    ["its text as question too", ["-"], { questionFile: "-" }, "(-) can be read only once."],
  ])("refuses %s", async (_what, files, values, message) => {
    await expect(read(files, values)).rejects.toThrow(message);
  });

  test("refuses empty and blank files by name", async () => {
    await expect(read([file("e.txt", "")])).rejects.toThrow("e.txt is empty: nothing to compress.");
    await expect(read([], {}, " \n\t")).rejects.toThrow("Standard input is blank");
    await expect(read([file("e.json", "{}")])).rejects.toThrow("e.json holds an empty prompt");
  });

  test("stops reading when cancelled", async () => {
    const stop = new AbortController();
    const { io } = fakeOutside({ signal: stop.signal }).context;
    const stdin = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    const reading = readPrompt([], {}, { ...io, stdin });
    stop.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
  });
});

describe("parsePromptJson", () => {
  test.each([
    ["{", "p is not JSON"],
    ["[]", "p is not a prompt object: Invalid input: expected object, received array."],
    ['{"contexts": [1]}', "p is not a prompt object: contexts: expected a string or an array"],
    ['{"question": 1}', "question: Invalid input: expected string, received number"],
    ['{"ask": "q"}', 'Unrecognized key: "ask"'],
    ['{"\\u001b[2J\\n\\u202e": "q"}', 'Unrecognized key: "␛[2J␊�"'],
    ["\u001b[2J", "p is not JSON: Unexpected token '␛'"],
    ['{"context": "a", "documents": "b"}', "p has both documents and context; they mean the same"],
  ])("refuses %s", (json, message) => {
    expect(() => parsePromptJson(json, "p")).toThrow(message);
  });
});
