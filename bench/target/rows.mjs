/**
 * The prompts of a run as rows for evaluate.py, which asks a GGUF target in batches.
 *
 *   npx llmlingua eval TASK --data FOLDER --compress-only --out RUN …
 *   node bench/target/rows.mjs RUN --data FOLDER --out ROWS.jsonl[.gz]
 *
 * A row: {task, cond, id, prefix, suffix, gold, rule, answers, max_new, cl100k_tokens, origin_tokens}. The
 * prompt is prefix + suffix. A condition that has nothing of its kind at a size has no row.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { taskOf } from "@llmlingua/eval";
import { loadTokenCounter } from "llmlingua";

/** Rules that evaluate.py has; of other metrics the likelihood alone is measured. */
const RULES = ["gsm8k", "bbh", "subspan"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: "string" }, out: { type: "string" } },
});
const [folder] = positionals;
if (!folder || !values.out)
  throw new Error("Give the folder of a run, --data FOLDER and --out ROWS.jsonl[.gz].");

const { config } = JSON.parse(readFileSync(join(folder, "run.json"), "utf8"));
const { task: name, items, skip, seed, choices, tokenizer, maxNewTokens } = config;
const counter = await loadTokenCounter(tokenizer);
const task = taskOf(name);
const count = (text) => counter.count(text);
const groups = await task.load({ data: values.data, items, skip, seed, choices, count });
const byId = new Map(groups.map((group) => [group.id, group]));
const rule = RULES.find((one) => one === task.metrics[0]) ?? "none";

const lines = readFileSync(join(folder, "prompts.jsonl"), "utf8").trim().split("\n");
// A prompt whose texts or options changed was made again: the last one counts.
const prompts = new Map(
  lines.map((line) => {
    const record = JSON.parse(line);
    return [JSON.stringify([record.condition, record.group]), record];
  }),
);
const rows = [...prompts.values()].flatMap((record) => {
  const { condition, group, prompt, tokens, originalTokens } = record;
  const { items: own = [] } = byId.get(group) ?? {};
  if (prompt === undefined) return [];
  return own.map(({ id, suffix, gold, answers }) => ({
    task: name,
    cond: condition,
    id,
    prefix: prompt,
    suffix: prompt === "" ? suffix.trimStart() : suffix,
    gold,
    answers,
    rule,
    max_new: rule === "none" ? 0 : maxNewTokens,
    cl100k_tokens: tokens,
    origin_tokens: originalTokens,
  }));
});
const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
writeFileSync(values.out, values.out.endsWith(".gz") ? gzipSync(text) : text);
console.error(`${rows.length} rows of ${prompts.size} prompts`);
