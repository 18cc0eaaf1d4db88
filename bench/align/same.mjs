/**
 * How much of what one scorer keeps the other keeps, too: the share of words, of prompts that two runs compressed.
 *
 *   node bench/align/same.mjs RUN-BASE RUN-ALIGNED [RUN-BASE RUN-ALIGNED …]
 *
 * Runs of `llmlingua eval` that differ by `--scorer` alone. Words count as often as they stand in a prompt; their order does not.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const folders = process.argv.slice(2);
if (folders.length < 2 || folders.length % 2 === 1) {
  throw new Error(`${folders.length} folders; give RUN-BASE RUN-ALIGNED, once or several times.`);
}

/** By condition and group; the last one counts. */
function promptsOf(folder) {
  const lines = readFileSync(join(folder, "prompts.jsonl"), "utf8").trim().split("\n");
  const records = lines.map((line) => JSON.parse(line));
  return new Map(records.map((record) => [`${record.condition} ${record.group}`, record]));
}

function countsOf(text) {
  const counts = new Map();
  for (const word of text.match(/\S+/g) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function shareOf(text, other) {
  const kept = countsOf(other);
  let [same, all] = [0, 0];
  for (const [word, count] of countsOf(text)) {
    same += Math.min(count, kept.get(word) ?? 0);
    all += count;
  }
  return same / all;
}

const shares = new Map();
for (let at = 0; at < folders.length; at += 2) {
  const [base, aligned] = [promptsOf(folders[at]), promptsOf(folders[at + 1])];
  for (const [key, { condition, prompt }] of base) {
    const other = aligned.get(key)?.prompt;
    // Where nothing fitted there is no prompt.
    if (!prompt || !other) continue;
    shares.set(condition, [...(shares.get(condition) ?? []), shareOf(prompt, other)]);
  }
}
for (const [condition, values] of shares) {
  const sorted = values.sort((a, b) => a - b);
  const n = sorted.length;
  const median = (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2;
  const [middle, least, most] = [median, sorted[0], sorted[n - 1]].map((share) => share.toFixed(2));
  console.log(`${condition}: median ${middle}, ${least} to ${most}, of ${n} prompts`);
}
