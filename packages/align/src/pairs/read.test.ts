import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pairId } from "./id.js";
import { readPairs } from "./read.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "llmlingua-pairs-"));
});
afterEach(() => rm(folder, { recursive: true }));

const line = (prompt: unknown, answer: unknown, more: object = {}) =>
  JSON.stringify({ messages: [{ role: "user", content: prompt }], answer, ...more });

async function read(text: string | Uint8Array, damaged: "refuse" | "skip" = "refuse") {
  const path = join(folder, "pairs.jsonl");
  await writeFile(path, text);
  return readPairs(path, { damaged });
}

describe("readPairs", () => {
  it("gives pairs in the file's order, with the ids of their prompts and the file's hash", async () => {
    const text = `${line("Hi", "Hello", { finished: true })}\n${line("Bye", "So long", { model: "m", group: "g" })}\n`;
    const file = await read(text);
    const messages = [{ role: "user", content: "Hi" }] as const;
    expect(file.pairs[0]).toEqual({
      id: pairId(messages),
      messages,
      answer: "Hello",
      finished: true,
    });
    expect(file.pairs.map(({ answer }) => answer)).toEqual(["Hello", "So long"]);
    expect(file.pairs.map(({ group }) => group)).toEqual([undefined, "g"]);
    expect(file.sha256).toBe(createHash("sha256").update(text).digest("hex"));
    expect(file).toMatchObject({ lines: 2, damaged: [], duplicates: 0, contradictory: 0 });
  });

  it("keeps the first of duplicate and contradictory lines and counts the others", async () => {
    const lines = [line("a", "1"), line("a", "1"), line("a", "2"), line("a", "3"), line("b", "1")];
    const file = await read(lines.join("\n"));
    expect(file.pairs.map(({ answer }) => answer)).toEqual(["1", "1"]);
    expect(file).toMatchObject({ lines: 5, duplicates: 1, contradictory: 2 });
  });

  it("tells prompts apart by role and by where a message ends", () => {
    const of = (...said: [role: "system" | "user", content: string][]) =>
      pairId(said.map(([role, content]) => ({ role, content })));
    const ids = [
      of(["user", "ab"]),
      of(["user", "a"], ["user", "b"]),
      of(["system", "a"], ["user", "b"]),
      of(["user", "a b"]),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(ids[0]).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each([
    ["", /has no pair in 0 lines \(it is empty\)/],
    ["\n \n", /it is empty/],
  ])("refuses a file without a pair: %j", async (text, message) => {
    await expect(read(text)).rejects.toMatchObject({
      code: "too-few-pairs",
      message: expect.stringMatching(message),
    });
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ["no JSON", '{"messages": [', /line 2: it is not JSON/],
    ["no object", "[]", /line 2: .*object/],
    ["an empty answer", line("a", " \n"), /line 2: field answer: it is empty/],
    ["an empty prompt", line("", "x"), /line 2: field messages\[0\]\.content: it is empty/],
    ["an empty group", line("a", "x", { group: "" }), /line 2: field group: it is empty/],
    ["an answer of a wrong type", line("a", 3), /line 2: field answer: it must be a text/],
    ["no messages", '{"messages": [], "answer": "x"}', /field messages: there must be a message/],
    [
      "messages of a wrong type",
      '{"messages": "a", "answer": "x"}',
      /field messages: it must be a list/,
    ],
    ["a misspelt field", line("a", "x", { finised: true }), /line 2: .*finised/],
    ["an id of another prompt", line("a", "x", { id: "0" }), /line 2: field id: it is 0, that of/],
    [
      "a last message of the assistant",
      '{"messages": [{"role": "assistant", "content": "a"}], "answer": "x"}',
      /field messages: the last message must be the user's/,
    ],
    ["no UTF-8", new Uint8Array([0x22, 0xff, 0x22]), /line 2: it is no UTF-8/],
  ])("names file, line and field of %s, or passes over it", async (_, damaged, message) => {
    const text = Buffer.concat([
      Buffer.from(`${line("ok", "x")}\n`),
      Buffer.from(damaged as string),
      Buffer.from(`\n${line("too", "x")}`),
    ]);
    await expect(read(text)).rejects.toMatchObject({
      code: "data-layout",
      message: expect.stringMatching(message),
    });
    const file = await read(text, "skip");
    expect(file.pairs).toHaveLength(2);
    expect(file.damaged).toHaveLength(1);
    expect(file.damaged[0].line).toBe(2);
  });

  it("reads a byte order mark, carriage returns, blank lines and emoji", async () => {
    const file = await read(`\ufeff${line("a", "👩‍💻 ok")}\r\n\r\n\n${line("天空", "蓝色")}\r\n`);
    expect(file.pairs.map(({ answer }) => answer)).toEqual(["👩‍💻 ok", "蓝色"]);
    expect(file.lines).toBe(2);
  });

  it("counts blank lines where it names a line", async () => {
    await expect(read(`\n\n${line("a", "x")}\n{\n`)).rejects.toThrow("line 4");
  });

  it("makes half a character whole", async () => {
    const file = await read('{"messages":[{"role":"user","content":"a"}],"answer":"\\ud83d!"}');
    expect(file.pairs[0].answer).toBe("\ufffd!");
  });

  it("reads 100,000 lines", async () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => line(`Question ${i}?`, `Answer ${i}.`));
    const file = await read(lines.join("\n"));
    expect(file.pairs).toHaveLength(100_000);
    expect(file.pairs.at(-1)?.answer).toBe("Answer 99999.");
  });

  it("says that there is no such file, or that it is a folder", async () => {
    const missing = readPairs(join(folder, "none.jsonl"), { damaged: "refuse" });
    await expect(missing).rejects.toMatchObject({ code: "data-missing" });
    await expect(readPairs(folder, { damaged: "refuse" })).rejects.toMatchObject({
      code: "data-missing",
      message: expect.stringContaining("EISDIR"),
    });
  });
});
