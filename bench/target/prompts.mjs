/**
 * Prompts of a task in every condition at equal sizes, for a target model to answer.
 *
 *   node bench/target/prompts.mjs TASK --data FOLDER --out ROWS.jsonl[.gz]
 *     [--items N] [--skip 0] [--shard 0/2] [--sizes 3,9 | --tokens 442,179] [--conditions a,b] [--options 'name={"unit":"line"}' …]
 *     [--seed 0] [--model DIR] [--prompt FILE] [--subtasks a,b] [--distractors bm25|random]
 *
 * TASK is gsm8k, bbh, conversation, arxiv or multidoc; tasks/TASK.mjs says what an item is, conditions.mjs
 * what a condition does. --sizes are ratios, --tokens counts, of what comes before the suffix, in
 * cl100k_base (multidoc: see there); nothing is above its size but condition microsoft and those without
 * a size. --skip leaves out the first items (those something was chosen on), --items counts from there. --options adds a condition of these compress options. --shard k/n takes every n-th group.
 *
 * A row: {task, cond, id, prefix, suffix, gold, rule, answers, max_new, cl100k_tokens, origin_tokens}. The
 * prompt is prefix + suffix. A condition that has nothing of its kind at a size has no row; stderr says so.
 */
import { appendFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { loadScorer } from "@llmlingua/core/onnx";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import { createCompressor, loadCounter, rememberingScorer } from "llmlingua";
import { table } from "../answers.mjs";
import { bodyOf, CONDITIONS, optionsCondition } from "./conditions.mjs";
import { arxiv } from "./tasks/arxiv.mjs";
import { bbh } from "./tasks/bbh.mjs";
import { conversation } from "./tasks/conversation.mjs";
import { gsm8k } from "./tasks/gsm8k.mjs";
import { multidoc } from "./tasks/multidoc.mjs";

const TASKS = { gsm8k, bbh, conversation, arxiv, multidoc };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: "string" },
    out: { type: "string" },
    items: { type: "string" },
    skip: { type: "string", default: "0" },
    shard: { type: "string", default: "0/1" },
    sizes: { type: "string" },
    tokens: { type: "string" },
    conditions: { type: "string" },
    options: { type: "string", multiple: true, default: [] },
    seed: { type: "string", default: "0" },
    model: { type: "string" },
    prompt: { type: "string" },
    subtasks: { type: "string" },
    distractors: { type: "string" },
  },
});
const [name] = positionals;
const task = TASKS[name];
if (!task) throw new Error(`No task ${name}; there are ${Object.keys(TASKS).join(", ")}.`);
if (!values.data || !values.out) throw new Error("Give --data FOLDER and --out ROWS.jsonl[.gz].");

const counter = await loadCounter("cl100k_base");
const count = (text) => counter.count(text);
const seed = Number(values.seed);
const [shard, shards] = values.shard.split("/").map(Number);
const skip = Number(values.skip);
const groups = task
  .groups({
    data: values.data,
    count,
    seed,
    ...(values.items && { items: skip + Number(values.items) }),
    ...(values.prompt && { prompt: values.prompt }),
    ...(values.subtasks && { subtasks: values.subtasks.split(",") }),
    ...(values.distractors && { distractors: values.distractors }),
  })
  .slice(skip)
  .filter((_, i) => i % shards === shard);
const conditions = chosenConditions();
const loaded = await loadScorer(values.model ?? modelDirectory);
writeFileSync(values.out, "");
const tally = new Map();
for (const [at, group] of groups.entries()) {
  // What one condition asked of the model, the next need not ask again.
  const scorer = rememberingScorer(loaded);
  const compressor = createCompressor({ scorer });
  const work = { joint: "\n\n", asks: false, ...group, seed, count, counter, scorer, compressor };
  work.measure = (prefix) => count(work.asks ? prefix + group.rows[0].suffix : prefix);
  for (const [condition, make] of conditions) {
    for (const { label, size } of make.sized === false ? [{}] : sizesOf(work)) {
      await writeRows(label ? `${condition}@${label}` : condition, make, { ...work, size });
    }
  }
  await compressor.close();
  console.error(`${at + 1}/${groups.length} ${group.id}`);
}
await loaded.close();
console.error(table([...tally].map(summary)));

/** Runs one condition on one prompt and writes its rows. */
async function writeRows(cond, make, work) {
  const started = performance.now();
  const prefix = await make(work).catch((error) => {
    if (error.code === undefined) throw error;
    console.error(`${cond}, ${work.id}: ${error.message}`);
  });
  const own = tally.get(cond) ?? { rows: 0, none: 0, misses: [], tokens: 0, ms: 0 };
  tally.set(cond, own);
  own.ms += performance.now() - started;
  if (prefix === undefined) {
    own.none++;
    return;
  }
  const tokens = work.measure(prefix);
  own.rows++;
  own.tokens += tokens;
  if (work.size !== undefined) own.misses.push(tokens - work.size);
  const shared = {
    rule: work.rule,
    max_new: work.max_new ?? 0,
    cl100k_tokens: tokens,
    origin_tokens: work.measure(bodyOf(work, work.contexts)),
  };
  const lines = work.rows.map(({ id, suffix, gold, answers }) => {
    const label = prefix === "" ? suffix.trimStart() : suffix;
    return `${JSON.stringify({ task: name, cond, id, prefix, suffix: label, gold, answers, ...shared })}\n`;
  });
  const block = lines.join("");
  appendFileSync(values.out, values.out.endsWith(".gz") ? gzipSync(block) : block);
}

/** Sizes asked for, in tokens of what `measure` counts. */
function sizesOf(work) {
  if (values.tokens || (!values.sizes && task.sizes.tokens)) {
    const sizes = values.tokens?.split(",").map(Number) ?? task.sizes.tokens;
    return sizes.map((size) => ({ label: String(size), size }));
  }
  const origin = work.measure(bodyOf(work, work.contexts));
  // Where the question counts, a ratio is one of the contexts alone.
  const part = work.asks ? count(work.contexts.join(work.joint)) : origin;
  const ratios = values.sizes?.split(",").map(Number) ?? task.sizes.ratios;
  return ratios.map((ratio) => ({
    label: `${ratio}x`,
    size: origin - part + Math.floor(part / ratio),
  }));
}

/** [name, function] of the conditions asked for, those of --options last. */
function chosenConditions() {
  const added = values.options.map((given) => {
    const at = given.indexOf("=");
    return [given.slice(0, at), optionsCondition(JSON.parse(given.slice(at + 1)))];
  });
  const onlyAdded = added.length > 0 && !values.conditions;
  const names = values.conditions?.split(",") ?? (onlyAdded ? [] : task.conditions);
  const unknown = names.find((one) => !CONDITIONS[one]);
  if (unknown !== undefined) {
    throw new Error(`No condition ${unknown}; there are ${Object.keys(CONDITIONS).join(", ")}.`);
  }
  return [...names.map((one) => [one, CONDITIONS[one]]), ...added];
}

function summary([condition, { rows, none, misses, tokens, ms }]) {
  return {
    condition,
    prompts: rows,
    "none at this size": none,
    "mean tokens": rows > 0 ? Math.round(tokens / rows) : "–",
    "tokens over (+) or under (−) the size": misses.length
      ? `${Math.min(...misses)} … ${Math.max(...misses)}`
      : "–",
    "s/prompt": (ms / 1000 / (rows + none)).toFixed(1),
  };
}
