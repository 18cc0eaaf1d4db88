/**
 * The installed command, as a process, with the embedded model. Needs `npm run build`.
 */
import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const BIN = fileURLToPath(new URL("../bin/llmlingua.js", import.meta.url));
const EXAMPLES = fileURLToPath(new URL("../../../examples/", import.meta.url));
const MEETING = join(EXAMPLES, "meeting.txt");
const TIMEOUT = 120_000;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "llmlingua-bin-"));
  mkdirSync(join(folder, "folder"));
  writeFileSync(join(folder, "empty.txt"), "");
  writeFileSync(join(folder, "blank.txt"), " \n\n\t\n");
  writeFileSync(join(folder, "binary.bin"), Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 1));
  writeFileSync(join(folder, "latin1.txt"), Uint8Array.of(0x63, 0x61, 0x66, 0xe9, 0x20, 0x61));
});
afterAll(() => rmSync(folder, { recursive: true }));

const llmlingua = (args: readonly string[], input?: string | Buffer): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [BIN, ...args], { input, encoding: "utf8", cwd: folder });

describe("compress", { timeout: TIMEOUT }, () => {
  test("reaches the size that was asked for", () => {
    const shots = join(EXAMPLES, "gsm8k-8shot.txt");
    const { status, stdout, stderr } = llmlingua(["compress", shots, "-t", "400", "--json"]);
    expect([status, stderr]).toEqual([0, ""]);
    const result = JSON.parse(stdout);
    expect(result.tokenizer).toBe("cl100k_base");
    expect(Math.abs(result.compressedTokens - 400)).toBeLessThanOrEqual(8);
    const counted = llmlingua(["count", "-"], result.text);
    expect(counted.stdout).toBe(`${result.compressedTokens} -\n`);
  });

  test("gives the same text from a file, from a pipe, and into a file", () => {
    const size = ["--rate", "0.5"];
    const fromFile = llmlingua(["compress", MEETING, ...size]);
    const fromPipe = llmlingua(["compress", ...size], readFileSync(MEETING));
    llmlingua(["compress", MEETING, ...size, "--out", "short.txt"]);
    expect(fromFile.stdout.length).toBeGreaterThan(100);
    expect(fromPipe.stdout).toBe(fromFile.stdout);
    expect(readFileSync(join(folder, "short.txt"), "utf8")).toBe(fromFile.stdout);
  });

  test("is the identity at rate 1", () => {
    const { stdout } = llmlingua(["compress", MEETING, "--rate", "1"]);
    expect(stdout).toBe(readFileSync(MEETING, "utf8"));
  });

  test("keeps protected text", () => {
    const { stdout } = llmlingua(["compress", MEETING, "-r", "0.3", "--protect", "Mill Lane"]);
    expect(stdout).toContain("Mill Lane");
  });

  test("reads a prompt object and keeps its question verbatim", () => {
    const path = join(EXAMPLES, "prompt.json");
    const { stdout } = llmlingua(["compress", path, "--rate", "0.5"]);
    expect(stdout).toContain(JSON.parse(readFileSync(path, "utf8")).question);
  });

  test("is quiet when the reader goes away", async () => {
    const child = spawn(process.execPath, [BIN, "compress", MEETING, "-r", "0.5", "--json"]);
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, stderr]).toEqual([0, ""]);
  });

  test.skipIf(process.platform === "win32")("stops with 130 on Ctrl-C", async () => {
    const args = [BIN, "compress", "-", "--rate", "0.5"];
    const child = spawn(process.execPath, args);
    child.stdin.write(`${readFileSync(MEETING, "utf8")}\n\n`.repeat(20));
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    setTimeout(() => child.stdin.end(), 200);
    setTimeout(() => child.kill("SIGINT"), 2500);
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, stderr]).toEqual([130, "cancelled\n"]);
  });
});

describe("explain, count and models", { timeout: TIMEOUT }, () => {
  test("explain writes a page that is complete in itself", () => {
    const args = ["explain", join(EXAMPLES, "prompt.json"), "-r", "0.5", "--html", "report.html"];
    expect(llmlingua(args).status).toBe(0);
    const page = readFileSync(join(folder, "report.html"), "utf8");
    expect(page).toContain("Brennholm");
    expect(page).not.toMatch(/<script|https?:/);
  });

  test("explain shows the budget without colour in a pipe", () => {
    const { stdout } = llmlingua(["explain", MEETING, "-r", "0.5"]);
    expect(stdout).toMatch(/^part +original +kept/m);
    expect(stdout).not.toContain("\u001b");
  });

  test("models names the embedded one with licence and size", () => {
    const [model] = JSON.parse(llmlingua(["models", "--json"]).stdout);
    expect(model).toMatchObject({ embedded: true, licence: expect.any(String) });
    expect(model.bytes).toBeGreaterThan(1e6);
  });
});

describe("bad input", { timeout: TIMEOUT }, () => {
  const usage = ["--rate", "0.5"];
  const notRate = "is invalid. It must be a number in (0, 1].";
  test.each([
    ["empty file", ["empty.txt", ...usage], 2, "empty.txt is empty: nothing to compress."],
    ["white space only", ["blank.txt", ...usage], 2, "blank.txt is blank: nothing to compress."],
    [
      "missing file",
      ["nowhere.txt", ...usage],
      2,
      "Cannot read nowhere.txt: there is no such file.",
    ],
    ["directory", ["folder", ...usage], 2, "Cannot read folder: it is a directory; give files."],
    ["binary file", ["binary.bin", ...usage], 2, "binary.bin is not text: a NUL byte at byte 4."],
    [
      "Latin-1 file",
      ["latin1.txt", ...usage],
      2,
      "latin1.txt is not text: not valid UTF-8 at byte 4.",
    ],
    ["both sizes", [MEETING, ...usage, "-t", "9"], 2, "'-r, --rate <R>' cannot be used with"],
    ["neither size", [MEETING], 2, "How small? Give --rate R"],
    ["rate 0", [MEETING, "--rate", "0"], 2, `argument '0' ${notRate}`],
    ["rate -1", [MEETING, "--rate", "-1"], 2, `argument '-1' ${notRate}`],
    ["rate 1.5", [MEETING, "--rate", "1.5"], 2, `argument '1.5' ${notRate}`],
    ["rate NaN", [MEETING, "--rate", "NaN"], 2, `argument 'NaN' ${notRate}`],
    ["rate abc", [MEETING, "--rate", "abc"], 2, `argument 'abc' ${notRate}`],
    ["unknown flag", [MEETING, "--rte", "1"], 2, "unknown option '--rte'\n(Did you mean --rate?)"],
    ["unknown tokenizer", [MEETING, ...usage, "--tokenizer", "nope"], 1, "nope"],
    ["unknown model folder", [MEETING, ...usage, "--model", "nowhere"], 1, "nowhere"],
  ])("%s", (_what, args, code, message) => {
    const { status, stdout, stderr } = llmlingua(["compress", ...args]);
    expect([status, stdout]).toEqual([code, ""]);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n +at /);
  });

  test("empty standard input", () => {
    const { status, stderr } = llmlingua(["compress", ...usage], "");
    expect([status, stderr]).toEqual([2, expect.stringContaining("Standard input is empty")]);
  });

  test("unknown command", () => {
    const { status, stderr } = llmlingua(["explian"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("Did you mean explain?")]);
  });
});
