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
const FIXTURES = fileURLToPath(new URL("../../core/fixtures/", import.meta.url));
const TIMEOUT = 120_000;

/** Four documents, of which one holds the answer. */
const DOCUMENTS = {
  "mill.md":
    "The mill at Sandvik was built by the brothers Holm in 1804 and ground barley for the whole parish until the river was led around the village. Today it is a café with six tables.",
  "ferry.md":
    "The ferry to Torvik carries forty passengers and nine cars. It was painted red last year, although most of the villagers had voted for the old green.",
  "school.md":
    "The school of the parish has two rooms, one for each of its teachers. Its bell was cast in Lübeck and cracked in the hard winter of 1942, when it was rung for too long.",
  "museum.md":
    "The museum shows boats, nets and the tools of coopers. The key is kept at the bakery, where visitors can ask for it on any day but Monday.",
};

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "llmlingua-bin-"));
  mkdirSync(join(folder, "folder"));
  for (const [name, text] of Object.entries(DOCUMENTS)) writeFileSync(join(folder, name), text);
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

describe("for a question", { timeout: TIMEOUT }, () => {
  const asked = [...Object.keys(DOCUMENTS), "--question", "When did the bell of the school crack?"];

  test("longllmlingua keeps the answer and puts its document first", () => {
    const args = ["compress", ...asked, "--method", "longllmlingua", "--rate", "0.6", "--json"];
    const { status, stdout, stderr } = llmlingua(args);
    expect([status, stderr]).toEqual([0, ""]);
    const { text, parts, method } = JSON.parse(stdout);
    expect(method).toBe("longllmlingua");
    expect(text).toContain("1942");
    expect(text.endsWith("When did the bell of the school crack?")).toBe(true);
    expect(parts[0]).toMatchObject({ kind: "context", index: 2 });
  });

  test("explain shows the documents in their own order, the budget in the result's", () => {
    const args = ["explain", ...asked, "--method", "longllmlingua", "--rate", "0.6"];
    const { status, stdout } = llmlingua(args);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^part .+\ncontext 3 /m);
    expect(stdout).toContain("rows in the order of the result");
    expect(stdout.indexOf("mill")).toBeLessThan(stdout.indexOf("bell"));
  });

  test.each([
    ["--rank", "bm25"],
    ["--encoder", join(FIXTURES, "rank/tiny-encoder")],
    ["--reranker", join(FIXTURES, "rank/tiny-cross-encoder")],
  ])("ranks by %s %s, and ends", (flag, value) => {
    const args = ["compress", ...asked, "-r", "0.6", flag, value, "--order", "relevance"];
    const { status, stdout, stderr } = llmlingua(args);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("school");
  });

  test("says which folder holds no encoder, and which service is none", () => {
    const folderless = llmlingua(["compress", ...asked, "-r", "0.6", "--encoder", "nowhere"]);
    expect([folderless.status, folderless.stdout]).toEqual([1, ""]);
    expect(folderless.stderr).toContain("nowhere");
    const url = ["--rerank-url", "ftp://host"];
    const service = llmlingua(["compress", ...asked, "-r", "0.6", ...url]);
    expect(service.status).toBe(2);
    expect(service.stderr).toContain("begins with http: or https:");
  });
});

describe("other methods", { timeout: TIMEOUT }, () => {
  const meeting = () => readFileSync(MEETING, "utf8");

  test("selective-context drops phrases", () => {
    const args = ["compress", MEETING, "-r", "0.5", "--method", "selective-context", "--json"];
    const { status, stdout } = llmlingua(args);
    const { rate, method, text } = JSON.parse(stdout);
    expect([status, method]).toEqual([0, "selective-context"]);
    expect(Math.abs(rate - 0.5)).toBeLessThan(0.02);
    expect(text.length).toBeLessThan(meeting().length);
  });

  test("llmlingua2 runs with a classifier from a folder", () => {
    const classifier = join(FIXTURES, "llmlingua2/tiny-bert");
    const method = ["--method", "llmlingua2", "--classifier", classifier];
    const args = ["compress", MEETING, "-r", "0.5", ...method, "--force-digits", "--json"];
    const { status, stdout, stderr } = llmlingua(args);
    expect([status, stderr]).toEqual([0, ""]);
    const { method: used, scorer, rate } = JSON.parse(stdout);
    expect([used, scorer]).toEqual(["llmlingua2", "tiny-bert"]);
    expect(Math.abs(rate - 0.5)).toBeLessThan(0.02);
    const page = llmlingua(["explain", MEETING, "-r", "0.5", ...method, "--html", "-"]);
    expect(page.stdout).toContain("Original, by probability");
  });

  test("take a rate from the text itself", () => {
    const args = ["compress", MEETING, "--rate", "auto", "--information", "0.7", "--json"];
    const { auto, rate } = JSON.parse(llmlingua(args).stdout);
    expect(auto.information).toBeGreaterThanOrEqual(0.7);
    expect(rate).toBeGreaterThan(0.1);
    expect(rate).toBeLessThan(1);
  });

  test("say in flags what they do not take", () => {
    const args = ["compress", MEETING, "-r", "0.5", "--method", "selective-context"];
    const { status, stderr } = llmlingua([...args, "--segment-size", "50"]);
    expect(status).toBe(2);
    expect(stderr).toContain('"selective-context" does not take --segment-size; leave it out.');
  });
});

describe("input of another kind", { timeout: TIMEOUT }, () => {
  /** Types, keys and lengths, without values of strings. */
  const shapeOf = (value: unknown): unknown => {
    if (typeof value === "string") return "string";
    if (Array.isArray(value)) return value.map(shapeOf);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, shapeOf(of)]));
  };

  test("messages come back as messages", () => {
    const path = join(EXAMPLES, "messages.json");
    const before = JSON.parse(readFileSync(path, "utf8"));
    const args = ["compress", path, "--messages", "-r", "0.5", "--role-rate", "assistant=1"];
    const { status, stdout, stderr } = llmlingua(args);
    expect([status, stderr]).toEqual([0, ""]);
    const after = JSON.parse(stdout);
    const roles = (messages: { role: string }[]) => messages.map(({ role }) => role);
    expect(roles(after)).toEqual(roles(before));
    for (const i of [0, 2, 4, 5]) expect(after[i]).toEqual(before[i]);
    expect(after[1].content.length).toBeLessThan(before[1].content.length);
    expect(JSON.parse(after[3].content)).toHaveProperty("sailings");
    expect(stdout).toBe(`${JSON.stringify(after, null, 2)}\n`);
  });

  test("JSON stays JSON with the same types", () => {
    const path = join(EXAMPLES, "product.json");
    const rules = JSON.stringify({ "reviews.*.text": { rate: 0.3 }, care: { compress: false } });
    const args = ["compress", path, "--json-rules", rules, "-r", "0.5"];
    const { status, stdout, stderr } = llmlingua(args);
    expect([status, stderr]).toEqual([0, ""]);
    const [before, after] = [JSON.parse(readFileSync(path, "utf8")), JSON.parse(stdout)];
    expect(shapeOf(after)).toEqual(shapeOf(before));
    expect(after.care).toBe(before.care);
    expect(after.description.length).toBeLessThan(before.description.length);
  });

  test("rules in a file drop what they say", () => {
    const rules = join(EXAMPLES, "product-rules.json");
    const path = join(EXAMPLES, "product.json");
    const { status, stdout } = llmlingua(["compress", path, "--json-rules", rules, "-r", "1"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).reviews[0]).not.toHaveProperty("ip");
  });

  test("tags give rates and stay out of the size", () => {
    const path = join(EXAMPLES, "tagged.txt");
    const args = ["compress", path, "--tagged", "-r", "0.5", "--json"];
    const { text, parts, original } = JSON.parse(llmlingua(args).stdout);
    expect(text).not.toContain("llmlingua");
    expect(original).toBe(readFileSync(path, "utf8"));
    expect(text).toContain("and do not promise a date.");
    const rates = parts.map(
      (part: { compressedTokens: number; originalTokens: number }) =>
        part.compressedTokens / part.originalTokens,
    );
    expect(rates[0]).toBe(1);
    expect(Math.abs(rates[1] - 0.4)).toBeLessThan(0.1);
    expect(Math.abs(rates[2] - 0.7)).toBeLessThan(0.1);
    expect(llmlingua(["explain", path, "--tagged", "-r", "0.5"]).status).toBe(0);
  });
});

describe("recover", { timeout: TIMEOUT }, () => {
  test("puts the original's words back into a response", () => {
    llmlingua(["compress", MEETING, "-r", "0.4", "--no-passages", "--json", "-o", "short.json"]);
    const { text, original } = JSON.parse(readFileSync(join(folder, "short.json"), "utf8"));
    const lines: string[] = text.split("\n");
    const cut = lines.find((line) => line.length > 40 && !original.includes(line));
    const response = `They said: ${cut}`;
    const args = ["recover", "--compressed", "short.json", "--json"];
    const { status, stdout, stderr } = llmlingua(args, response);
    expect([status, stderr]).toEqual([0, ""]);
    const recovered = JSON.parse(stdout);
    expect(recovered.replacements.length).toBeGreaterThan(0);
    for (const { original: span } of recovered.replacements) {
      expect(recovered.text).toContain(original.slice(span.start, span.end));
    }
    expect(llmlingua(args.slice(0, 3), response).stdout).toBe(recovered.text);
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
  const notRate = "is invalid. It must be a number in (0, 1], or auto.";
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
