import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import * as classify from "../classify/index.js";
import { loadClassifier } from "../classify/onnx/index.js";
import { resolveSettings as classifyDefaults } from "../classify/reference/settings.js";
import type { ReferenceLlmlingua2Result } from "../classify/reference/types.js";
import { METHODS } from "../compressors/settings.js";
import type { CompressOptions } from "../compressors/types.js";
import * as core from "../index.js";
import { loadCrossEncoder, loadTextEmbedder } from "../rank/onnx/index.js";
import { loadScorer } from "../score/onnx/index.js";
import * as compat from "./index.js";
import { resolveSettings } from "./settings.js";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

interface Reference {
  /** Method → parameter → default. */
  readonly methods: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
  readonly resultKeys: Readonly<Record<string, readonly string[]>>;
  readonly rankMethods: readonly string[];
  readonly choices: Readonly<Record<string, readonly string[]>>;
  readonly configKeys: Readonly<Record<string, readonly string[]>>;
  readonly jsonConfigKeys: readonly string[];
  readonly jsonValueTypes: readonly string[];
  readonly tagAttributes: readonly string[];
}

const REFERENCE: Reference = JSON.parse(read("../../fixtures/parity/llmlingua-0.2.2.json"));
const PARITY = read("../../../../PARITY.md");
const STATUSES = ["same", "better", "absent"];
const HEADER = ["Python", "here", "status", "what differs and why"];

interface Row {
  readonly section: string;
  readonly python: string;
  readonly here: string;
  readonly status: string;
  readonly reason: string;
}

/** Rows of all four-column tables with our header, by the section they stand in. */
function rowsOf(markdown: string): Row[] {
  const rows: Row[] = [];
  let section = "";
  let isOurs = false;
  for (const line of markdown.split("\n")) {
    if (line.startsWith("## ")) section = line.slice(3).replaceAll("`", "");
    if (!line.startsWith("|")) {
      isOurs = false;
      continue;
    }
    const cells = line.split(/(?<!\\)\|/).slice(1, -1);
    const [python = "", here = "", status = "", reason = ""] = cells.map((cell) => cell.trim());
    if (HEADER.every((name, i) => cells[i]?.trim() === name)) isOurs = true;
    else if (isOurs && !/^-+$/.test(python)) rows.push({ section, python, here, status, reason });
  }
  return rows;
}

const quoted = (cell: string) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, code]) => code);

/** Section → names that need a row in it. Names of "Stages" are `method: parameter`. */
function entriesOf(reference: Reference): Record<string, string[]> {
  const { methods } = reference;
  const own = ["compress_prompt", "structured_compress_prompt", "compress_json", "recover"];
  const sections = [...own, "compress_prompt_llmlingua2"];
  const parameters = (name: string) => Object.keys(methods[name]);
  const elsewhere = [...sections, "__init__", "init_llmlingua2"];
  const entries: Record<string, string[]> = {
    Methods: Object.keys(methods),
    Constructor: [
      ...parameters("__init__"),
      ...parameters("init_llmlingua2"),
      ...Object.values(reference.configKeys).flat(),
    ],
    "Result keys": Object.values(reference.resultKeys).flat(),
    "Rank methods": [...reference.rankMethods],
    Values: Object.values(reference.choices).flat(),
    Tags: [...reference.tagAttributes],
    Stages: Object.keys(methods)
      .filter((name) => !elsewhere.includes(name))
      .flatMap((name) => parameters(name).map((parameter) => `${name}: ${parameter}`)),
    "Slips of the reference": Array.from({ length: 23 }, (_, i) => `Q${i + 1}`),
  };
  for (const name of sections) entries[name] = parameters(name);
  entries.compress_json.push(...reference.jsonConfigKeys, ...reference.jsonValueTypes);
  return entries;
}

function namesOf({ section, python }: Row): string[] {
  if (section === "Slips of the reference") return [python.split(":")[0]];
  if (section !== "Stages") return quoted(python);
  const [method, ...parameters] = quoted(python);
  return parameters.map((parameter) => `${method}: ${parameter}`);
}

/** What is wrong with the document, one sentence each. */
function problemsOf(markdown: string, reference: Reference, known: ReadonlySet<string>): string[] {
  const rows = rowsOf(markdown);
  const problems: string[] = [];
  for (const [section, names] of Object.entries(entriesOf(reference))) {
    const there = rows.filter((row) => row.section === section).flatMap(namesOf);
    for (const name of new Set(names)) {
      const count = there.filter((one) => one === name).length;
      if (count !== 1) problems.push(`${section}: ${name} has ${count} rows`);
    }
    for (const name of there) {
      if (!names.includes(name)) problems.push(`${section}: the reference has no ${name}`);
    }
  }
  for (const row of rows) {
    const where = `${row.section}: ${row.python}`;
    if (!STATUSES.includes(row.status)) problems.push(`${where} is "${row.status}"`);
    if (row.status !== "same" && !/\p{L}{2}/u.test(row.reason))
      problems.push(`${where} has no reason`);
    for (const code of quoted(row.here)) {
      const why = unknownBecause(code, known);
      if (why !== undefined) problems.push(`${where} names ${code}: ${why}`);
    }
  }
  return problems;
}

/** `name` must be known; of `name: "value"` a method must take the value. */
function unknownBecause(code: string, known: ReadonlySet<string>): string | undefined {
  const [, name, value] = /^(\w+)(?:: "(.+)")?$/.exec(code) ?? [];
  if (name === undefined || !known.has(name)) return "there is no such option, result or export";
  if (value === undefined || !OPTIONS.has(name)) return undefined;
  const refusals: string[] = [];
  for (const method of Object.keys(METHODS)) {
    try {
      core.settingsOf({ method, [name]: value } as CompressOptions);
      return undefined;
    } catch (error) {
      refusals.push(String(error));
    }
  }
  return refusals[0];
}

/** The options that a call may name, as the refusal of an unknown one lists them. */
function optionNames(): string[] {
  try {
    core.settingsOf({ noSuchOption: true } as CompressOptions);
  } catch (error) {
    const [, list] = /Known are (.+)\.$/.exec(String((error as Error).message)) ?? [];
    if (list) return list.split(", ");
  }
  throw new Error("settingsOf no longer lists the options it knows.");
}
const OPTIONS = new Set(optionNames());

/** Names that exist only as types; the compiler holds them. */
const TYPED: readonly string[] = [
  ...(["instruction", "contexts", "question"] satisfies (keyof core.PromptInput)[]),
  ...(["context"] satisfies (keyof compat.ReferenceCall)[]),
  ...(["targetToken", "forceContextNumber"] satisfies (keyof compat.ReferenceSettings)[]),
  ...(["compressedPrompt", "originTokens", "saving"] satisfies (keyof compat.ReferenceResult)[]),
  ...([
    "compressedPromptList",
    "fnLabeledOriginalPrompt",
  ] satisfies (keyof ReferenceLlmlingua2Result)[]),
  ...(["original", "compressed", "response", "maxGap"] satisfies (keyof core.RecoverInput)[]),
  ...(["compress", "drop", "rate"] satisfies (keyof core.JsonRule)[]),
  ...(["pairs"] satisfies (keyof core.JsonOptions)[]),
  ...(["baseUrl", "apiKey", "model"] satisfies (keyof core.EmbeddingsEndpointOptions)[]),
  ...([
    "reduceRatio",
    "level",
    "phraseScore",
    "phrases",
  ] satisfies (keyof core.SelectiveTextOptions)[]),
  ...(["compress"] satisfies (keyof core.Compressor)[]),
  ...(["scorer", "classifier"] satisfies (keyof core.CompressorParts)[]),
  // What the package llmlingua makes a compressor with, on top of it.
  ...["model", "tokenizer", "threads"],
];

const scorer = core.createHashScorer();
let counter: core.TokenCounter;
let known: ReadonlySet<string>;
beforeAll(async () => {
  counter = await core.loadCounter("cl100k_base");
  const compressor = core.createCompressor({ scorer, counter });
  const result = await compressor.compress("One text. Another text.", { rate: 0.5 });
  known = new Set([
    ...OPTIONS,
    ...TYPED,
    ...[result, core, compat, classify].flatMap((one) => Object.keys(one)),
    ...[loadClassifier, loadCrossEncoder, loadTextEmbedder, loadScorer].map(({ name }) => name),
    ...Object.keys(resolveSettings({})),
    ...Object.keys(classifyDefaults({})),
  ]);
});

describe("PARITY.md", () => {
  it("has one row for every entry of the reference, with a status, a reason and names that exist", () => {
    expect(problemsOf(PARITY, REFERENCE, known)).toEqual([]);
    expect(rowsOf(PARITY).length).toBeGreaterThan(150);
  });

  const ROW = /^\| `keep_split` .*$/m;
  const row = (...cells: string[]) => `| ${cells.join(" | ")} |`;
  it.each([
    ["a row is gone", "", "compress_prompt: keep_split has 0 rows"],
    [
      "a name is no one's",
      row("`keep_splits`", "–", "same", ""),
      "the reference has no keep_splits",
    ],
    ["a status is another", row("`keep_split`", "–", "worse", "why"), 'is "worse"'],
    ["there is no reason", row("`keep_split`", "–", "absent", ""), "has no reason"],
    ["an option is none", row("`keep_split`", "`keepSplits`", "same", ""), "names keepSplits"],
    ["a value is none", row("`keep_split`", '`order: "best"`', "same", ""), 'order is "best"'],
  ])("is refused where %s", (_, line, problem) => {
    expect(PARITY).toMatch(ROW);
    const problems = problemsOf(PARITY.replace(ROW, line), REFERENCE, known);
    expect(problems).toContainEqual(expect.stringContaining(problem));
  });

  it("is refused where the reference has more", () => {
    const { recover } = REFERENCE.methods;
    const methods = { ...REFERENCE.methods, recover: { ...recover, strict: "True" }, fresh: {} };
    expect(problemsOf(PARITY, { ...REFERENCE, methods }, known)).toEqual([
      "Methods: fresh has 0 rows",
      "recover: strict has 0 rows",
    ]);
  });
});

describe("what PARITY.md says of the rates 1 and 0", () => {
  const textOf = (words: number) => Array.from({ length: words }, (_, i) => `w${i % 37}`).join(" ");

  /** Tokens that the reference, by `rate`, keeps of as many as there are words. */
  const keptLikeReference = async (words: number, rate: number) => {
    const text = textOf(words);
    const count = (some: string) => scorer.tokenizer.encode(some).ids.length;
    expect(count(text)).toBe(words);
    const model = compat.referenceModel(scorer, counter);
    return count((await compat.compressPrompt(model, { context: text, rate })).compressedPrompt);
  };

  it("is what the reference keeps", async () => {
    const one = await keptLikeReference(400, 1);
    const zero = await keptLikeReference(300, 0);
    expect(PARITY).toContain(`keeps ${one} of 400 tokens at rate 1 and ${zero} of 300 at rate 0`);
  });

  it("is what the default does", async () => {
    const compressor = core.createCompressor({ scorer, counter });
    const text = textOf(400);
    expect((await compressor.compress(text, { rate: 1 })).text).toBe(text);
    const job = compressor.compress(text, { rate: 0 });
    await expect(job).rejects.toMatchObject({ code: "invalid-option" });
  });
});
