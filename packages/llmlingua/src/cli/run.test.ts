import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fakeOutside, fakeResult } from "../../test/cli-fakes.js";
import { LlmlinguaError } from "../index.js";
import { run } from "./run.js";

const PROMPT = "The keeper left the lighthouse\n\nThe boat leaves Torvik on Sundays\n";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "llmlingua-run-"));
  writeFileSync(join(folder, "prompt.txt"), PROMPT);
});
afterAll(() => rmSync(folder, { recursive: true }));

const start = async (args: string[], given: Parameters<typeof fakeOutside>[0] = {}) => {
  const outside = fakeOutside(given);
  const code = await run(args, outside.context);
  return { code, out: outside.stdout(), err: outside.stderr(), calls: outside.calls };
};
const prompt = () => join(folder, "prompt.txt");

describe("compress", () => {
  test("writes exactly the text, and nothing else unless asked", async () => {
    const { code, out, err, calls } = await start(["compress", prompt(), "--rate", "0.5"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/lighthouse/);
    expect(PROMPT.startsWith(out)).toBe(false);
    expect(calls[0]).toMatchObject({ input: PROMPT, options: { rate: 0.5 }, closed: true });
  });

  test("ends the line and says the savings on a terminal", async () => {
    const piped = await start(["compress", "-r", "0.5", "--verbose"], { stdin: PROMPT });
    const shown = await start(["compress", prompt(), "-r", "0.5"], { terminal: true });
    expect(shown.out).toBe(`${piped.out}\n`);
    expect(piped.err).toMatch(/^\d+ → \d+ tokens \(words\), \d\.\dx, 1\.9 s\n$/);
    expect(shown.err).toBe(piped.err);
  });

  test("writes to a file what it would have written to a pipe", async () => {
    const out = join(folder, "short.txt");
    const piped = await start(["compress", prompt(), "-r", "0.5"]);
    const filed = await start(["compress", prompt(), "-r", "0.5", "-o", out], { terminal: true });
    expect(filed.out).toBe("");
    expect(readFileSync(out, "utf8")).toBe(piped.out);
    const nowhere = await start(["compress", prompt(), "-r", "1", "-o", join(folder, "no", "x")]);
    expect(nowhere.code).toBe(2);
    expect(nowhere.err).toContain("there is no such folder.");
  });

  test("prints the whole result as JSON", async () => {
    const { out } = await start(["compress", prompt(), "-r", "0.5", "--json"]);
    const result = JSON.parse(out);
    const slices = result.spans.map(([start, end]: number[]) => result.original.slice(start, end));
    expect(slices.join("")).toBe(result.text);
    expect(result.tokens.offsets).toHaveLength(result.tokens.kept.length + 1);
  });

  test("hands options, models and protected texts on", async () => {
    const args = ["compress", prompt(), "-t", "5", "--protect", "Torvik", "--protect", "/\\d/"];
    const { calls } = await start([
      ...args,
      "--no-structure",
      "--no-demonstrations",
      "--no-passages",
      "--model",
      "m",
      "--preset",
      "paper",
    ]);
    expect(calls[0].options).toMatchObject({
      targetToken: 5,
      protect: ["Torvik", /\d/g],
      structure: false,
      demonstrations: false,
      passages: false,
      preset: "paper",
    });
    expect(calls[0].settings).toEqual({ model: "m" });
  });

  test("says what an automatic rate came to", async () => {
    const outside = fakeOutside({ stdin: PROMPT });
    const real = await outside.context.library();
    const library = async () => ({
      ...real,
      createCompressor: () => ({
        ...real.createCompressor(),
        compress: async () => ({
          ...fakeResult(PROMPT, 0.5),
          auto: { rate: 0.5, questionLoss: 1 },
        }),
      }),
    });
    const args = ["compress", "--rate", "auto", "--verbose"];
    expect(await run(args, { ...outside.context, library })).toBe(0);
    const line = "rate auto: 0.50, for a question less likely by 1.00 nats per token\n";
    expect(outside.stderr()).toContain(line);
  });
});

describe("explain", () => {
  test("shows text and budget, or writes a page", async () => {
    const { code, out } = await start(["explain", prompt(), "-r", "0.5"], { terminal: true });
    expect(code).toBe(0);
    expect(out).toContain("\u001b[2m");
    expect(out).toContain("surprisal");
    const html = join(folder, "report.html");
    const page = await start(["explain", prompt(), "-r", "0.5", "--html", html, "--verbose"]);
    expect(page.out).toBe("");
    expect(page.err).toContain(`wrote ${html}`);
    expect(readFileSync(html, "utf8")).toMatch(/^<!doctype html>/);
  });
});

describe("count", () => {
  test("counts each file and all", async () => {
    const one = await start(["count", prompt()]);
    expect(one.out).toBe(`11 ${prompt()}\n`);
    const two = await start(["count", prompt(), "-", "--tokenizer", "mine"], { stdin: "a" });
    expect(two.out).toBe(`11 ${prompt()}\n 1 -\n12 total\n`);
    const json = await start(["count", "--json"], { stdin: "a b" });
    expect(JSON.parse(json.out)).toEqual({
      tokenizer: "words",
      total: 2,
      files: [{ file: "-", tokens: 2 }],
    });
  });

  test("counts an empty file as nothing", async () => {
    expect((await start(["count"], { stdin: "" })).out).toBe("0 -\n");
  });
});

describe("models", () => {
  test("shows what a scorer's folder says about itself", async () => {
    writeFileSync(
      join(folder, "scorer.json"),
      '{"name":"tiny","precision":"int8","parameters":1500000}',
    );
    const { readModel } = await import("./commands/model-folder.js");
    const model = await readModel(folder, false);
    expect(model).toMatchObject({
      name: "tiny",
      precision: "int8",
      parameters: 1.5e6,
      path: folder,
    });
    expect(model.bytes).toBeGreaterThan(PROMPT.length);
  });

  test("does not let a scorer.json drive the terminal", async () => {
    const own = mkdtempSync(join(folder, "evil-"));
    const evil = { name: "\u001b[2Jname\nsecond", source: "\u202esource\u009b" };
    writeFileSync(join(own, "scorer.json"), JSON.stringify(evil));
    const { out } = await start(["models", own]);
    expect(out).toContain("␛[2Jname␊second\n");
    expect(out).toContain("source      �source�\n");
  });

  test("says which folder is none", async () => {
    const { code, err } = await start(["models", "--model", join(folder, "none")]);
    expect(code).toBe(2);
    expect(err).toMatch(/none is not a scorer's folder: cannot read .+: there is no such file\./);
  });
});

describe("what a command says", () => {
  const ESCAPE = "\u001b[31m";

  test("holds no control characters of files, names or errors", async () => {
    const failed = await start(["compress", "-r", "0.5"], {
      stdin: PROMPT,
      fail: new LlmlinguaError("damaged-model", `Field ${ESCAPE} is wrong.`),
    });
    expect(failed.err).toBe("error: Field ␛[31m is wrong.\n");
    const json = await start(["compress", "-r", "0.5", "--format", "json"], { stdin: ESCAPE });
    expect(json.err).toContain("is not JSON: Unexpected token '␛'");
    const key = await start(["compress", "-r", "1", "--format", "json"], {
      stdin: JSON.stringify({ [ESCAPE]: 1 }),
    });
    expect(key.err).toContain('Unrecognized key: "␛[31m"');
    const option = await start([`--${ESCAPE}`]);
    expect(option.err).toContain("--␛[31m");
    const named = join(folder, `${ESCAPE}.txt`);
    writeFileSync(named, "one two");
    const counted = await start(["count", named], { terminal: true });
    for (const { out, err } of [failed, json, key, option, counted]) {
      expect(out + err).not.toContain("\u001b");
    }
  });
});

describe("help and version", () => {
  test("go to standard output", async () => {
    const { version } = JSON.parse(
      readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
    );
    expect(await start(["--version"])).toMatchObject({ code: 0, out: `${version}\n`, err: "" });
    expect((await start(["--help"])).out).toContain("Usage: llmlingua <command>");
    const help = await start(["compress", "--help"]);
    expect(help.out).toContain("Usage: llmlingua compress");
    expect((await start(["help", "compress"])).out).toBe(help.out);
    expect((await start(["compress", "nonsense", "-h"])).out).toBe(help.out);
  });

  test("go to standard error when nothing was asked", async () => {
    expect(await start([])).toMatchObject({ code: 2, out: "" });
  });
});

describe("errors", () => {
  test.each([
    [["compres"], "error: unknown command 'compres'\n(Did you mean compress?)"],
    [["--rate", "1"], "error: unknown option '--rate'"],
    [["help", "nonsense"], "Usage: llmlingua <command>"],
    [["compress", "x", "--rtae", "1"], "unknown option '--rtae'\n(Did you mean --rate?)"],
    [["compress", "x"], "error: How small? Give --rate R"],
    [["compress", "x", "-r", "1", "-t", "5"], "'-r, --rate <R>' cannot be used with option '-t,"],
    [["compress", "x", "-t", "0"], "argument '0' is invalid. It must be a whole number of at"],
    [["compress", "no/x", "-r", "1"], "Cannot read no/x: there is no such file."],
    [["compress", "x", "-r", "1", "--method", "llmlingua2"], "needs a classifier: give the folder"],
    [["recover", "x"], "Recover from which prompt? Give --compressed FILE"],
    [["count", "--rate", "1"], "unknown option '--rate'"],
  ])("of usage exit with 2: %j", async (args, message) => {
    const { code, out, err } = await start(args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
    expect(err).toContain("llmlingua <command> --help ");
  });

  test("of the library exit with 1, without a stack unless debugging", async () => {
    const fail = new LlmlinguaError("unknown-tokenizer", "Unknown tokenizer nope.");
    const args = ["compress", prompt(), "-r", "1"];
    const quiet = await start(args, { fail });
    expect(quiet).toMatchObject({ code: 1, out: "", err: "error: Unknown tokenizer nope.\n" });
    expect(quiet.calls[0].closed).toBe(true);
    const loud = await start(args, { fail, env: { DEBUG: "llmlingua" } });
    expect(loud.err).toContain("run.test.ts");
  });

  test("of the library about what was asked exit with 2, in the words of the command line", async () => {
    const fail = new LlmlinguaError("invalid-option", 'unitScore is "max"; take mean.');
    const { code, err } = await start(["compress", prompt(), "-r", "1"], { fail });
    expect(code).toBe(2);
    expect(err).toContain('error: --unit-score is "max"; take mean.\nllmlingua <command> --help');
    const classes = await start(["compress", prompt(), "-r", "1", "--protect", "@numbrs"]);
    expect(classes.code).toBe(2);
    expect(classes.err).toContain('--protect is "@numbrs", which is no class; there are @numbers,');
    const pattern = await start(["compress", prompt(), "-r", "1", "--protect", "/(/"]);
    expect([pattern.code, pattern.calls]).toEqual([2, []]);
    expect(pattern.err).toContain("read as a pattern: Invalid regular expression");
  });

  test("that nobody foresaw say how to see more", async () => {
    const { code, err } = await start(["compress", prompt(), "-r", "1"], {
      fail: new Error("boom"),
    });
    expect([code, err]).toEqual([1, expect.stringContaining("DEBUG=llmlingua shows where")]);
  });

  test("after Ctrl-C are one word and 130", async () => {
    const signal = AbortSignal.abort();
    const fail = new LlmlinguaError("aborted", "cancelled");
    const { code, err } = await start(["compress", prompt(), "-r", "1"], { signal, fail });
    expect([code, err]).toEqual([130, "cancelled\n"]);
  });
});
