/**
 * The data card as Markdown. Pure.
 *
 * @module
 */
import { type Found, sumOf } from "../redact/redact.js";
import type { CommandRecord } from "../state.js";
import type { Answers, Tally } from "../tally.js";
import type { Counts } from "../types.js";
import { type PairStatistics, percentile } from "./lengths.js";

export interface CardInput {
  /** Of the file of pairs, without its folder. */
  readonly name: string;
  readonly tally: Tally;
  readonly answers: Answers;
  readonly statistics: PairStatistics;
  readonly commands: readonly CommandRecord[];
  /** What tokens are counted with. */
  readonly tokenizer: string;
  readonly now: Date;
}

const NUMBER = new Intl.NumberFormat("en-US");

/** What a file of pairs is, how it came to be, and what to mind. */
export function cardText(input: CardInput): string {
  const { name, statistics, tally, now } = input;
  const { sha256, pairs } = statistics;
  const partial = partialOf(tally);
  return [
    `# ${name}`,
    `Prompts and what a large model answered, ${NUMBER.format(pairs)} in all, for \`llmlingua align train\`.`,
    ...(partial === undefined ? [] : [`**Partial**: ${partial}`]),
    table([
      ["sha256", `\`${sha256}\``],
      ["date", now.toISOString().slice(0, 10)],
      ...targetRows(input.commands),
      ["models", shares(statistics.byModel, pairs)],
      ["sources", shares(statistics.bySource, pairs)],
    ]),
    "## Counts",
    countsText(input),
    "## Lengths",
    lengthsText(input),
    "## Commands",
    input.commands.map(({ at, command }) => `- ${at.slice(0, 16)}: ${code(command)}`).join("\n"),
    "## To mind",
    TERMS,
    "",
  ].join("\n\n");
}

const TERMS = [
  "- The terms of a provider may say what its model's answers may be used for, training of other models among it. Read them before you train, and before you pass on these pairs or what was trained on them.",
  "- Prompts and answers may hold what users wrote. What `--redact` finds has a form (keys, addresses, numbers); names and what is told of people stay.",
  "- Answers are the target's, errors and all; a model tuned on them predicts the target, not the truth.",
].join("\n");

/** Why the pairs are not all; undefined where they are. */
export function partialOf({ broken, state, expanded }: Tally): string | undefined {
  if (broken !== undefined) return oneLine(broken);
  if (state === "budget-reached") {
    return "the spending cap was reached; the same command with a higher --max-cost goes on.";
  }
  if (expanded?.state === "repeats") {
    return `the target made ${expanded.tasks.length} new instructions and then repeated itself; give more seeds.`;
  }
  return undefined;
}

function targetRows(commands: readonly CommandRecord[]): readonly Row[] {
  const settings = commands.findLast((one) => one.settings !== undefined)?.settings;
  const redact = [...new Set(commands.map((one) => one.redact))].join(", ");
  if (settings === undefined) return [["redact", redact]];
  const { target, where, api, maxNewTokens, temperature, system } = settings;
  return [
    ["target", `${target} (${where}, ${api})`],
    ["settings", `at most ${maxNewTokens} new tokens, temperature ${temperature}`],
    ...(system === undefined ? [] : [["system message", oneLine(system)] as const]),
    ["redact", redact],
  ];
}

function countsText({ tally, answers, statistics }: CardInput): string {
  const { expanded } = tally;
  const rows: readonly (readonly [string, number])[] = [
    ["pairs in the file before this command", tally.before],
    ["log entries read", tally.entries],
    ["pairs in logs", tally.logged],
    ...[...tally.skipped].map(
      ([reason, times]) => [`log entries skipped: ${reason}`, times] as const,
    ),
    ["prompts, those made from seeds among them", tally.prompts],
    ["prompts answered", answers.answered],
    ["prompts that failed", answers.failed.length],
    ["answers that were empty, not written", answers.empty],
    ["answers cut at their limit, written", statistics.cut],
    ["duplicates, dropped", tally.duplicates],
    ["contradictory: the same prompt with another answer, dropped", tally.contradictory],
    ["dropped for secrets or personal data", tally.dropped + answers.dropped],
    ["left out beyond --limit", tally.beyond],
    ["instructions made from seeds", expanded?.tasks.length ?? 0],
    ["rounds in which the target was asked for them", expanded?.rounds ?? 0],
    ...[...(expanded?.left ?? [])].map(
      ([reason, times]) => [`instructions left out: ${reason}`, times] as const,
    ),
    ...Object.entries(sumOf([tally.found, answers.found]) satisfies Found).map(
      ([kind, times]) => [`found by pattern: ${kind}`, times] as const,
    ),
  ];
  const shown = rows.filter(([, times]) => times > 0);
  const spent =
    tally.spent === undefined ? [] : [["spent", `${tally.spent.toFixed(4)} USD`] as const];
  return table([...shown.map(([what, times]) => [what, NUMBER.format(times)] as const), ...spent]);
}

const SHARES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

function lengthsText({ statistics, tokenizer }: CardInput): string {
  const { promptTokens, answerTokens, pairs, scripts } = statistics;
  const row = (name: string, sorted: readonly number[]) =>
    `| ${[name, ...SHARES.map((share) => percentile(sorted, share)), sorted.at(-1) ?? 0].join(" | ")} |`;
  const sample =
    promptTokens.length < pairs
      ? ` of ${NUMBER.format(promptTokens.length)} pairs, evenly drawn`
      : "";
  const letters = [...scripts.values()].reduce((sum, count) => sum + count, 0);
  return [
    `Tokens (${tokenizer})${sample}; percentiles.`,
    [
      "|        | 5 % | 25 % | 50 % | 75 % | 95 % | most |",
      "| ------ | --- | ---- | ---- | ---- | ---- | ---- |",
      row("prompt", promptTokens),
      row("answer", answerTokens),
    ].join("\n"),
    `Letters of answers by script: ${shares(scripts, letters) || "none"}.`,
  ].join("\n\n");
}

type Row = readonly [name: string, value: string];

function table(rows: readonly Row[]): string {
  const lines = rows.map(([name, value]) => `| ${cell(name)} | ${cell(value)} |`);
  return ["|  |  |", "| --- | --- |", ...lines].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** Largest first. */
function shares(counts: Counts, all: number): string {
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${oneLine(name)} ${((100 * count) / Math.max(1, all)).toFixed(1)} %`)
    .join(", ");
}

function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
  return line.length > 300 ? `${line.slice(0, 300).toWellFormed()}…` : line;
}

/** With as many backticks around as it needs. */
function code(text: string): string {
  const line = text.replace(/\s+/g, " ");
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = "`".repeat(longest + 1);
  return longest === 0 ? `${ticks}${line}${ticks}` : `${ticks} ${line} ${ticks}`;
}
