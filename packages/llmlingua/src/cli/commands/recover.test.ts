import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fakeOutside } from "../../../test/cli-fakes.js";
import { run } from "../run.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "llmlingua-recover-"));
  writeFileSync(join(folder, "short.json"), JSON.stringify(RESULT));
});
afterAll(() => rmSync(folder, { recursive: true }));

const RESULT = {
  original: "Ada Lovelace wrote notes",
  text: "Ada wrote notes",
  spans: [
    [0, 4],
    [13, 24],
  ],
  tokenizer: "words",
};
const start = async (args: string[], stdin?: string) => {
  const outside = fakeOutside({ stdin, terminal: stdin === undefined });
  const code = await run(["recover", ...args], outside.context);
  return { code, out: outside.stdout(), err: outside.stderr() };
};
const compressed = () => ["--compressed", join(folder, "short.json")];

describe("recover", () => {
  test("prints exactly the response with the original's words", async () => {
    const { code, out, err } = await start(compressed(), "It was Ada wrote notes.\n");
    expect([code, out, err]).toEqual([0, "It was Ada Lovelace wrote notes.\n", ""]);
    const path = join(folder, "answer.txt");
    writeFileSync(path, "It was Ada wrote notes.");
    expect(await start([path, ...compressed()])).toEqual({
      code: 0,
      out: "It was Ada Lovelace wrote notes.",
      err: "1 replacement\n",
    });
  });

  test("says what was replaced as JSON", async () => {
    const { out } = await start([...compressed(), "--json"], "Ada wrote notes");
    expect(JSON.parse(out)).toEqual({
      text: RESULT.original,
      replacements: [{ response: { start: 0, end: 15 }, original: { start: 0, end: 24 } }],
    });
  });

  test("goes no further than asked", async () => {
    const { out } = await start([...compressed(), "--max-gap", "1"], "Ada wrote notes");
    expect(out).toBe("Ada wrote notes");
  });

  test("leaves an empty response empty", async () => {
    expect(await start(compressed(), "")).toMatchObject({ code: 0, out: "" });
  });

  test.each([
    [[], "Recover from which prompt? Give --compressed FILE, made by llmlingua compress --json."],
    [["--compressed", "nowhere"], "Cannot read nowhere: there is no such file."],
    [["--compressed", "-"], "Standard input (-) can be read only once."],
    [["--max-gap", "0"], "argument '0' is invalid. It must be a whole number from 1 to 1000."],
  ])("refuses %j", async (args, message) => {
    const { code, out, err } = await start(args, "text");
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
  });

  test.each([
    ["not JSON", "bad.json is not JSON: "],
    ["[]", "bad.json is not a compressed prompt: Invalid input: expected object"],
    ['{"original": "a", "text": "a"}', "is not a compressed prompt: spans: Invalid input"],
    ['{"original": "a", "text": "a", "spans": [[0, 0.5]]}', "spans.0.1: "],
  ])("refuses a result of %s", async (content, message) => {
    const path = join(folder, "bad.json");
    writeFileSync(path, content);
    const { code, err } = await start(["--compressed", path], "text");
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain("Give what llmlingua compress --json printed.");
  });

  test("needs a response", async () => {
    const { code, err } = await start(compressed());
    expect([code, err]).toEqual([2, expect.stringContaining("No input. Give a FILE")]);
  });
});
