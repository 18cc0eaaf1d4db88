/**
 * The three sources of pairs, each counted: logs, prompts, instructions from seeds.
 *
 * @module
 */
import type { Target } from "@llmlingua/eval";
import type { Purse } from "@llmlingua/eval/cli-kit";
import { AlignmentError } from "../errors.js";
import { pairId } from "../pairs/index.js";
import { type AskInput, askAll, openPrompts } from "./ask.js";
import { EXPAND_HOW, expandTasks } from "./expand/expand.js";
import { readLogs } from "./logs/read-logs.js";
import { besideOf, type CollectOptions } from "./options.js";
import { mostCost } from "./pay.js";
import type { Pool } from "./pool.js";
import { readPrompts, readSeeds, withSystem } from "./prompts.js";
import { isFound, type Redacted, redactPair, sumOf } from "./redact/redact.js";
import type { AskSettings, State } from "./state.js";
import type { Tally } from "./tally.js";
import { countOne, type Prompt } from "./types.js";

export interface Work {
  readonly options: CollectOptions;
  readonly pool: Pool;
  readonly state: State;
  readonly tally: Tally;
  readonly purse: Purse;
  readonly limit: number;
}

export interface AskWork extends Work {
  readonly target: Target;
  readonly settings: AskSettings;
}

/** Pairs of logs go to the file. */
export async function takeLogs({ options, pool, tally }: Work): Promise<void> {
  const { logs: paths, allTurns, out, redact } = options;
  if (paths.length === 0) return;
  const { card, state } = besideOf(out);
  const onSkip = (reason: string) => countOne(tally.skipped, reason);
  const onEntry = () => {
    tally.entries++;
  };
  for await (const pair of readLogs({
    paths,
    without: [out, card, state],
    allTurns,
    onSkip,
    onEntry,
  })) {
    tally.logged++;
    const clean = cleaned(pair, redact, tally);
    if (clean === undefined) continue;
    const became = await pool.offer(clean.value);
    if (became === "duplicate") tally.duplicates++;
    else if (became === "contradictory") tally.contradictory++;
    else if (became === "full") tally.beyond++;
    else tally.found = sumOf([tally.found, clean.found]);
  }
}

/** What files of prompts and seeds hold. */
export interface Given {
  readonly prompts: readonly Prompt[];
  /** Empty where nothing is expanded. */
  readonly seeds: readonly string[];
}

/** @throws AlignmentError `data-missing`, `data-layout` */
export async function readGiven({
  prompts: paths,
  expand,
  settings,
}: CollectOptions): Promise<Given> {
  const lists = [];
  for (const path of paths) lists.push(await readPrompts(path, settings?.system));
  const prompts = lists.flat();
  if (settings !== undefined && settings.api !== "chat") checkPlain(prompts);
  return { prompts, seeds: expand === undefined ? [] : await readSeeds(expand.seeds) };
}

/** Prompts of files are answered. */
export async function takePrompts(prompts: readonly Prompt[], work: AskWork): Promise<void> {
  if (prompts.length > 0) await answer(prompts, work);
}

/** @throws AlignmentError `data-layout` for a prompt that completions cannot be asked with */
function checkPlain(prompts: readonly Prompt[]): void {
  const other = prompts.find(({ messages }) => messages.length > 1);
  if (other === undefined) return;
  const message = `${other.where} has ${other.messages.length} messages, which completions cannot take. Give --api chat, or a prompt.`;
  throw new AlignmentError("data-layout", message);
}

/** Instructions are made from seeds, then answered. */
export async function expandSeeds(seeds: readonly string[], work: AskWork): Promise<void> {
  const { options, settings, tally, pool, target, purse, state } = work;
  const { expand, prices, counter, signal, onProgress } = options;
  if (expand === undefined || tally.state !== "complete") return;
  if (options.dryRun) {
    estimate(expand.count, settings.maxNewTokens + EXPAND_HOW.maxNewTokens / 8, work);
    return;
  }
  if (pool.isFull) return;
  const expanded = await expandTasks({
    ...{ seeds, wanted: expand.count, seed: expand.seed, state, target, purse, prices, signal },
    count: (text) => counter.count(text),
    onProgress: (done, all) => onProgress?.("instructions", done, all),
  });
  tally.expanded = expanded;
  const prompts = expanded.tasks.map((content, at): Prompt => {
    const messages = withSystem([{ role: "user", content }], settings.system);
    return { messages, where: `instruction ${at + 1}`, source: "self-instruct" };
  });
  await answer(prompts, work);
  if (expanded.state === "budget-reached") tally.state = "budget-reached";
}

async function answer(given: readonly Prompt[], work: AskWork): Promise<void> {
  const { options, tally, pool, state, target, settings, purse, limit } = work;
  const { concurrency, redact, prices, counter, signal, dryRun, onProgress } = options;
  const prompts = unique(given, work);
  const input: AskInput = {
    ...{ pool, state, target, purse, limit, concurrency, redact, prices, signal },
    how: { maxNewTokens: settings.maxNewTokens, temperature: settings.temperature },
    count: (text) => counter.count(text),
    onProgress: (done, all) => onProgress?.("prompts", done, all),
  };
  const open = openPrompts(prompts, input);
  tally.open += open.length;
  if (prices !== undefined) {
    const costs = open.map(({ messages }) => mostCost(messages, settings, { ...input, prices }));
    tally.most = (tally.most ?? 0) + costs.reduce((sum, cost) => sum + cost, 0);
  }
  if (dryRun) return;
  const end = await askAll(prompts, input);
  if (end !== "complete") tally.state = end;
  if (end === "limit-reached") tally.beyond += openPrompts(prompts, input).length;
}

/** Prompts without what is dropped or there before; those that logs answer stay, they are known. */
function unique(given: readonly Prompt[], { options, tally }: AskWork): readonly Prompt[] {
  return given.flatMap((prompt) => {
    tally.prompts++;
    const clean = cleaned(prompt, options.redact, tally);
    if (clean === undefined) return [];
    const id = pairId(clean.value.messages);
    if (tally.asked.has(id)) {
      tally.duplicates++;
      return [];
    }
    tally.asked.set(id, prompt.where);
    tally.found = sumOf([tally.found, clean.found]);
    return [clean.value];
  });
}

/** With tags; undefined where it is dropped for what it holds. */
function cleaned<T extends Parameters<typeof redactPair>[0]>(
  pair: T,
  redact: CollectOptions["redact"],
  tally: Tally,
): Redacted<T> | undefined {
  if (redact === "off") return { value: pair, found: {} };
  const clean = redactPair(pair);
  if (redact === "replace" || !isFound(clean.found)) return clean;
  tally.dropped++;
  return undefined;
}

/** Instructions that are not there yet can be guessed alone. */
function estimate(
  count: number,
  maxNewTokens: number,
  { options, tally, settings }: AskWork,
): void {
  const { prices, counter } = options;
  tally.open += count;
  if (prices === undefined) return;
  const shown = "x ".repeat(TASK_TOKENS);
  const messages = withSystem([{ role: "user", content: shown }], settings.system);
  const one = mostCost(
    messages,
    { maxNewTokens },
    { prices, count: (text) => counter.count(text) },
  );
  tally.most = (tally.most ?? 0) + count * one;
}

/** Tokens of an instruction and its share of a round, about. */
const TASK_TOKENS = 100;
