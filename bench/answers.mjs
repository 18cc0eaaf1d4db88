/**
 * Whether an answer survives a compression: the rule of best-subspan exact match, and intervals.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** Text of a file, unpacked where its name ends in .gz. */
export function textOf(path) {
  const bytes = readFileSync(path);
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

/** Lower case, no ASCII punctuation, no articles, single spaces. */
function normalised(text) {
  return text
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~]/g, "")
    .replace(/\b(a|an|the)\b/g, " ")
    .trim()
    .replace(/\s+/g, " ");
}

export function survives(text, answers) {
  const own = normalised(text);
  return answers.map(normalised).some((answer) => answer !== "" && own.includes(answer));
}

export function verbatim(text, answers) {
  return answers.some((answer) => text.includes(answer));
}

/** Mean in % and its 95 % percentile bootstrap interval, resampled by `groups` (default: each value). */
export function meanWithInterval(values, groups = values.map((_, i) => i)) {
  const byGroup = new Map();
  for (const [i, value] of values.entries()) {
    const own = byGroup.get(groups[i]) ?? { sum: 0, n: 0 };
    byGroup.set(groups[i], { sum: own.sum + Number(value), n: own.n + 1 });
  }
  const all = [...byGroup.values()];
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  const mean = (some) =>
    (100 * some.reduce((sum, own) => sum + own.sum, 0)) / some.reduce((sum, own) => sum + own.n, 0);
  const means = Array.from({ length: 2000 }, () =>
    mean(all.map(() => all[Math.floor(random() * all.length)])),
  ).sort((a, b) => a - b);
  const at = (share) => means[Math.floor(share * (means.length - 1))].toFixed(1);
  return `${mean(all).toFixed(1)} (${at(0.025)}–${at(0.975)})`;
}

/** A Markdown table. */
export function table(rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const names = Object.keys(rows[0]);
  const rule = line(names.map(() => "---"));
  return [line(names), rule, ...rows.map((row) => line(Object.values(row)))].join("\n");
}
