/**
 * The three sources of pairs, each counted: logs, prompts, instructions from seeds.
 *
 * @module
 */
import type { Target } from "@llmlingua/eval";
import type { Purse } from "@llmlingua/eval/cli-kit";
import { AlignmentError } from "../errors.js";
import { conversationGroup, type Pair, pairId } from "../pairs/index.js";
import { type AskInput, askAll, openPrompts } from "./ask.js";
import { EXPAND_HOW, expandTasks, tasksBefore } from "./expand/expand.js";
import { readLogs } from "./logs/read-logs.js";
import { besideOf, type CollectOptions } from "./options.js";
import { mostCost } from "./pay.js";
import type { Pool } from "./pool.js";
import { readPrompts, readSeeds, withSystem } from "./prompts.js";
import { isFound, type Redacted, redactPair, redactText, sumOf } from "./redact/redact.js";
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
  /** The way in which prompts are asked, as a name; "" where none are. */
  readonly way: string;
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
    const became = await pool.offer(inConversation(clean.value));
    if (became === "duplicate") tally.duplicates++;
    else if (became === "contradictory") tally.contradictory++;
    else if (became === "full") tally.beyond++;
    else tally.found = sumOf([tally.found, clean.found]);
  }
}

/** Where no group is given, turns of a conversation, and what is asked at its beginning alone, are of one. */
function inConversation<T extends Pick<Pair, "messages" | "group">>(pair: T): T {
  const group = pair.group ?? conversationGroup(pair.messages);
  return group === pairId(pair.messages) ? pair : { ...pair, group };
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

/** Instructions are made from seeds, then answered. @throws AlignmentError `too-few-pairs` where no seed is left */
export async function expandSeeds(given: readonly string[], work: AskWork): Promise<void> {
  const { options, settings, tally, pool, target, purse, state } = work;
  const { expand, prices, counter, signal, redact, dryRun, onProgress } = options;
  if (expand === undefined || tally.state !== "complete") return;
  const seeds = cleanSeeds(given, work);
  const known = { seeds, seed: expand.seed, state, target, redact };
  const answerAll = (tasks: readonly string[]) => answer(promptsOf(tasks, settings.system), work);
  if (dryRun) {
    const made = tasksBefore(known).slice(0, expand.count);
    await answerAll(made);
    estimate(expand.count - made.length, work);
    return;
  }
  if (pool.isFull) return;
  const expanded = await expandTasks({
    ...{ ...known, wanted: expand.count, purse, prices, signal },
    count: (text) => counter.count(text),
    onProgress: (done, all) => onProgress?.("instructions", done, all),
  });
  tally.expanded = expanded;
  tally.found = sumOf([tally.found, expanded.found]);
  await answerAll(expanded.tasks);
  if (expanded.state === "budget-reached") tally.state = "budget-reached";
}

/** Seeds as they may be shown to the target. */
function cleanSeeds(seeds: readonly string[], { options: { redact }, tally }: AskWork) {
  if (redact === "off") return seeds;
  const clean = seeds.map(redactText);
  const kept = clean.filter(({ found }) => redact === "replace" || !isFound(found));
  tally.dropped += clean.length - kept.length;
  if (kept.length > 0) return [...new Set(kept.map(({ value }) => value))];
  const message = `All ${seeds.length} seeds hold secrets or personal data and were dropped. Give others, or --redact replace.`;
  throw new AlignmentError("too-few-pairs", message);
}

function promptsOf(tasks: readonly string[], system: string | undefined): readonly Prompt[] {
  return tasks.map((content, at) => {
    const messages = withSystem([{ role: "user", content }], system);
    return { messages, where: `instruction ${at + 1}`, source: "self-instruct" };
  });
}

async function answer(given: readonly Prompt[], work: AskWork): Promise<void> {
  const { options, tally, pool, state, target, settings, purse, limit, way } = work;
  const { concurrency, redact, prices, counter, signal, dryRun, onProgress } = options;
  const prompts = unique(given, work);
  const input: AskInput = {
    ...{ pool, state, target, purse, limit, way, concurrency, redact, prices, signal },
    how: { maxNewTokens: settings.maxNewTokens, temperature: settings.temperature },
    count: (text) => counter.count(text),
    onProgress: (done, all) => onProgress?.("prompts", done, all),
  };
  const open = openPrompts(prompts, input).slice(0, roomOf(work));
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
    return [inConversation(clean.value)];
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

/** Prompts that may be asked before there are pairs enough. */
function roomOf({ options, limit, pool, tally }: AskWork): number {
  const counted = options.dryRun ? tally.open : 0;
  return Math.max(0, limit - pool.size - counted);
}

/** Instructions that are not there yet can be guessed alone. */
function estimate(missing: number, work: AskWork): void {
  const { options, tally, settings } = work;
  const { prices, counter } = options;
  const count = Math.min(missing, roomOf(work));
  const maxNewTokens = settings.maxNewTokens + EXPAND_HOW.maxNewTokens / 8;
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
