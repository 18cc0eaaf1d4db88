import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io } from "llmlingua/cli-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { METHODS, SETS } from "../methods/index.js";
import { TASKS } from "../tasks/index.js";
import { circumstancesOf } from "./circumstances.js";
import { run } from "./index.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "llmlingua-eval-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** One command line with the outside as strings. */
async function outcome(line: string, env: Io["env"] = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const io: Io = {
    stdin: { async *[Symbol.asyncIterator]() {} },
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    env,
    signal: new AbortController().signal,
  };
  const words = line.split(" ").map((word) => word.replaceAll("FOLDER", folder));
  return { code: await run(words, io), out: out.join(""), err: err.join("") };
}

describe("llmlingua eval", () => {
  it("lists every task and every method", async () => {
    const help = await outcome("--help");
    expect(help.code).toBe(0);
    for (const { name } of TASKS) expect(help.out).toContain(`  ${name} `);
    const methods = await outcome("methods");
    for (const { name } of SETS) expect(methods.out).toMatch(new RegExp(`^${name} +\\w`, "m"));
    expect(methods.code).toBe(0);
    for (const { name, title } of METHODS)
      expect(methods.out).toMatch(new RegExp(`^${name} +${title.replace(/[^\w ]/g, ".")}`, "m"));
  });

  it.each(TASKS.map(({ name }) => name))("help of %s has its own choices", async (name) => {
    const { code, out } = await outcome(`${name} --help`);
    const task = TASKS.find((one) => one.name === name);
    expect(code).toBe(0);
    for (const choice of Object.keys(task?.choices ?? {})) expect(out).toContain(`--${choice} `);
  });

  it.each([
    ["nonsense", /unknown command/],
    ["gsm8k --methods default,nonsense", /no method nonsense\. There are full/],
    ["gsm8k --tokens 100 --ratios 2x", /cannot be used with/],
    ["gsm8k --tokens many", /whole number/],
    ["gsm8k --ratios 1x", /a number above 1/],
    ["gsm8k --tokens 442x", /whole number/],
    ['gsm8k --method-options mine={"rate":0.5}', /Leave it out/],
    ['gsm8k --method-options mine={"foo":1}', /foo/],
    ["gsm8k --max-cost 2", /--price-in and --price-out/],
    ["gsm8k --price-in 2", /--price-in and --price-out/],
    ["gsm8k --cached-share 0.5", /--price-in and --price-out/],
    ["gsm8k --price-in 1 --price-out 1 --machine-hour 2", /--timed/],
    ["gsm8k --price-in 1 --price-out 1 --cached-share 1.5", /cached-share/],
    ["gsm8k --price-in 1 --price-out 1 --cached-share 0.5", /--price-cached/],
    ["gsm8k --price-in 1 --price-out 1 --cached-share-compressed 0", /--price-cached/],
    ["gsm8k --unit prompt", /item, group/],
    ["gsm8k --method-options all={}", /there is already/],
    ["own prompts.jsonl --max-loss 0", /max-loss/],
    ["gsm8k --methods llmlingua2", /needs --classifier/],
    ["gsm8k --method-options lines", /must be a name, =, and/],
    ["gsm8k --method-options lines=[1]", /must be a name, =, and/],
    ["gsm8k --method-options default={}", /there is already/],
    ["gsm8k --encoder FOLDER", /does not use/],
    ["gsm8k --data FOLDER/none", /none/],
    ["gsm8k --items 0", /whole number/],
    ["gsm8k --tokenizer nonsense", /nonsense/],
    ["own FOLDER/none.jsonl", /none\.jsonl/],
    ["own", /missing required argument/],
  ])("%s is refused with the way out", async (line, message) => {
    const { code, err } = await outcome(line);
    expect(err).toMatch(message);
    expect(code).toBeGreaterThan(0);
    expect(err).not.toMatch(/unexpected/);
  });

  it("names file, line and field of data that is of another layout", async () => {
    await writeFile(join(folder, "own.jsonl"), '{"prompt": "One."}\n{"prompt": 2}\n');
    const { code, err } = await outcome("own FOLDER/own.jsonl");
    expect(code).toBe(2);
    expect(err).toMatch(/own\.jsonl, line 2.*prompt/s);
  });

  it("shows no key that stands in the URL of a target", async () => {
    const { err } = await outcome("gsm8k --target http://me:pw123@host/v1?key=QUERYSECRET");
    expect(err).toContain("http://host/v1?…");
    expect(err).not.toMatch(/QUERYSECRET|pw123/);
    const { command } = await circumstancesOf(["own", "--target=http://a:b@h/v1?k=s#f", "a b"]);
    expect(command).toBe("llmlingua eval own '--target=http://h/v1?…' 'a b'");
  });

  it("refuses methods that no prompt of the task suits", async () => {
    const { code, err } = await outcome("gsm8k --methods messages,bm25");
    expect(code).toBe(2);
    expect(err).toMatch(/messages \(needs a chat\), bm25 \(needs a question\)/);
  });
});
