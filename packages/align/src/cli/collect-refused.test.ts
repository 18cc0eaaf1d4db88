import { mkdir, readdir, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  asked,
  echo,
  file,
  lines,
  outcome,
  PROMPTS,
  target,
  text,
  write,
} from "./collect-suite.js";

describe("llmlingua align collect refuses", () => {
  it.each<[string, string[], RegExp]>([
    ["no source", [], /nothing to collect from/],
    ["no target", ["--prompts", "p.jsonl"], /Give --target and --model/],
    ["no model", ["--prompts", "p.jsonl", "--target", "http://h/v1"], /needs --model NAME/],
    [
      "a target without a question",
      ["--logs", "l", "--target", "http://h/v1"],
      /nothing to ask it/,
    ],
    ["seeds without a count", ["--expand", "s.jsonl", "--target", "http://h/v1"], /go together/],
    ["a temperature", ["--logs", "l", "--temperature", "3"], /from 0 to 2/],
    ["a word for redact", ["--logs", "l", "--redact", "maybe"], /replace, drop/],
    ["a cap without prices", ["--logs", "l", "--max-cost", "3"], /--price-in and --price-out/],
    ["logs that are not there", ["--logs", "/none/x"], /There is no \/none\/x/],
  ])("refuses %s", async (_, words, message) => {
    const { code, err } = await outcome([...words, "--out", file("pairs.jsonl")]);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  it.each<[unknown, RegExp]>([
    [{ prompt: 3 }, /line 2: field prompt: it must be a text/],
    [{ prompt: " " }, /line 2: field prompt: it is empty/],
    [{ promt: "a" }, /line 2: .*promt/],
    [{ id: "a" }, /there must be prompt or messages/],
    [{ prompt: "a", messages: [{ role: "user", content: "a" }] }, /not both/],
    [{ messages: [{ role: "assistant", content: "a" }] }, /the last message must be the user's/],
    ["What is this?", /line 2: it is not JSON.*plain text is not read/],
  ])("refuses the prompt %j and asks nothing", async (line, message) => {
    await write("prompts.jsonl", PROMPTS[0], line);
    const { words, requests } = await target(echo());
    const { code, err } = await outcome(words);
    expect(err).toMatch(message);
    expect([code, requests.length]).toEqual([2, 0]);
    await expect(text("pairs.jsonl")).rejects.toThrow("ENOENT");
  });

  it("refuses messages that completions cannot take before it asks", async () => {
    const messages = [
      { role: "system", content: "S" },
      { role: "user", content: "a" },
    ];
    await write("prompts.jsonl", PROMPTS[0], { messages });
    const { words, requests } = await target(echo());
    const { code, err } = await outcome([...words, "--api", "completions"]);
    expect(err).toMatch(/prompts\.jsonl:2.*2 messages.*--api chat/);
    expect([code, requests.length]).toEqual([2, 0]);
  });

  it("refuses a file that was collected in another way, or that is no file of pairs", async () => {
    await write("prompts.jsonl", ...PROMPTS);
    const { words } = await target(echo());
    await outcome(words);
    const { code, err } = await outcome([...words, "--temperature", "1"]);
    expect([code, err]).toEqual([2, expect.stringMatching(/with temperature 0, now it is 1/)]);
    expect(await text("pairs.card.md")).not.toContain("Partial");
    await write("pairs.jsonl", { some: "thing" });
    const other = await outcome(words);
    expect([other.code, other.err]).toEqual([2, expect.stringMatching(/pairs\.jsonl, line 1: /)]);
    expect((await outcome([...words.slice(0, -1), file("x.txt")])).err).toMatch(
      /must end in \.jsonl/,
    );
  });

  it.each([
    ["two lines of notes", "Buy milk.\nCall home."],
    ["a line without its end", "Buy milk."],
    ["a value", '{"some": "thing"}'],
    ["a table", "a,b\n1,2\n"],
  ])("to write into a file of something else, and leaves it as it was: %s", async (_, given) => {
    await write("prompts.jsonl", PROMPTS[0]);
    await writeFile(file("notes.jsonl"), given);
    const { words, requests } = await target(echo());
    const { code, err } = await outcome([...words.slice(0, -1), file("notes.jsonl")]);
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/notes\.jsonl, line 1: .*another --out/),
    ]);
    expect(await text("notes.jsonl")).toBe(given);
    expect(await readdir(file("."))).toEqual(["notes.jsonl", "prompts.jsonl"]);
    expect(requests).toEqual([]);
  });

  it.each([
    ["a file", "prompts.jsonl/x/pairs.jsonl", /Cannot make .*another --out/],
    ["a folder", "folder.jsonl", /Cannot read .*EISDIR.*another --out/],
  ])("an --out that %s is in the way of", async (_, name, message) => {
    await write("prompts.jsonl", PROMPTS[0]);
    await mkdir(file("folder.jsonl"));
    const { words, requests } = await target(echo());
    const { code, err } = await outcome([...words.slice(0, -1), file(name)]);
    expect([code, err, requests.length]).toEqual([2, expect.stringMatching(message), 0]);
  });

  it("logs that are written to, and reads past what it writes in their folder", async () => {
    await mkdir(file("logs"));
    const log = { input: "Question?", output: "Yes." };
    await write("logs/log.jsonl", log, { input: "Other?", output: "No." });
    const out = ["--out", file("logs/pairs.jsonl")];
    expect((await outcome(["--logs", file("logs"), ...out])).code).toBe(0);
    const { code, err } = await outcome(["--logs", file("logs"), ...out, "--dry-run"]);
    expect([code, err]).toEqual([0, expect.stringMatching(/2 pairs, skipped: 0/)]);
    expect(await text("logs/pairs.card.md")).not.toContain("skipped");
    const same = await outcome(["--logs", file("logs/pairs.jsonl"), ...out]);
    expect([same.code, same.err]).toEqual([
      2,
      expect.stringMatching(/among --logs.*another --out/),
    ]);
  });

  it("logs without a pair, and leaves no file behind", async () => {
    await write("log.jsonl");
    const words = ["--logs", file("log.jsonl"), "--out", file("pairs.jsonl")];
    const { code, err } = await outcome(words);
    expect([code, err]).toEqual([2, expect.stringMatching(/no log entry was found/)]);
    expect(await readdir(file("."))).toEqual(["log.jsonl"]);
  });

  it("no other settings while there are no pairs, and asks anew with them", async () => {
    await write("prompts.jsonl", ...PROMPTS);
    const { words, requests } = await target(
      echo((body) => (body.temperature === 0 ? "" : asked(body))),
    );
    expect((await outcome(words)).err).toMatch(/No pair came/);
    await outcome(words);
    expect(requests).toHaveLength(6);
    expect((await outcome([...words, "--temperature", "1"])).code).toBe(0);
    expect(await lines("pairs.jsonl")).toHaveLength(6);
    expect(await text("pairs.card.md")).not.toContain("empty");
  });
});
