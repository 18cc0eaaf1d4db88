/**
 * First half of a run: every group's prompt in every condition.
 *
 * @module
 */
import type { TokenClassifier, TokenCounter, TokenScorer } from "llmlingua";
import { type Compressor, createCompressor, rememberingScorer } from "llmlingua";
import { throwIfAborted } from "../errors.js";
import { bodyOf, type Method, type Work } from "../methods/index.js";
import type { Group, Sizes } from "../tasks/types.js";
import { type Condition, conditionsOf, measureOf } from "./conditions.js";
import { keyOf, sourceOf } from "./identity.js";
import type { Journal } from "./journal.js";
import type { PromptRecord } from "./types.js";
import { displace, type WarmUpInput, warmUp } from "./warm-up.js";

export interface CompressInput {
  readonly groups: readonly Group[];
  readonly methods: readonly Method[];
  readonly sizes: Sizes;
  readonly counter: TokenCounter;
  readonly scorer: TokenScorer;
  readonly classifier?: TokenClassifier;
  readonly seed: number;
  /** Each method asks the scorer anew, so that its time is its own. */
  readonly timed: boolean;
  readonly signal?: AbortSignal;
  onProgress?(done: number, all: number, condition: string): void;
}

/**
 * Compresses what the journal does not have yet, and returns the prompts of these groups, methods and sizes.
 *
 * @throws EvaluationError `aborted`
 */
export async function compressAll(
  journal: Journal<PromptRecord>,
  input: CompressInput,
): Promise<readonly PromptRecord[]> {
  const { groups, methods, sizes, counter } = input;
  const count = (text: string) => counter.count(text);
  const known = new Map(journal.records.map((record) => [keyOf(record), record]));
  const all = groups.map((group) => ({
    group,
    conditions: conditionsOf(group, methods, sizes, count),
  }));
  const total = all.reduce((sum, { conditions }) => sum + conditions.length, 0);
  const open = all.map(({ group, conditions }) => ({
    group,
    missing: conditions.filter(({ name, method }) => {
      const had = known.get(keyOf({ condition: name, group: group.id }));
      return had?.source !== sourceOf(group, method) || (input.timed && had.ms === undefined);
    }),
  }));
  let done = total - open.reduce((sum, { missing }) => sum + missing.length, 0);
  if (input.timed) await warmUp(warmUpOf(open, input));
  for (const { group, missing } of open) {
    await compressGroup(group, missing, input, async (record) => {
      await journal.add(record);
      known.set(keyOf(record), record);
      input.onProgress?.(++done, total, record.condition);
    });
  }
  return all.flatMap(({ group, conditions }) =>
    conditions.flatMap(({ name, size }) => {
      const record = known.get(keyOf({ condition: name, group: group.id }));
      // Journals of before do not say what a size asks for.
      return record === undefined ? [] : { ...record, ...(size && { sizeTokens: size.tokens }) };
    }),
  );
}

function warmUpOf(
  open: readonly { readonly missing: readonly Condition[] }[],
  input: CompressInput,
): WarmUpInput {
  const methods = new Set(open.flatMap(({ missing }) => missing.map(({ method }) => method)));
  return {
    methods: [...methods],
    workOf: (group, size) => workOf(group, size, input, modelsOf(input, input.scorer)),
  };
}

async function compressGroup(
  group: Group,
  conditions: readonly Condition[],
  input: CompressInput,
  add: (record: PromptRecord) => Promise<void>,
): Promise<void> {
  let shared: TokenScorer | undefined;
  for (const condition of conditions) {
    const { signal, scorer, timed } = input;
    throwIfAborted(signal);
    // What one condition asked of the model, the next need not ask again, unless its time is wanted.
    if (shared === undefined || timed) shared = rememberingScorer(scorer);
    if (timed) await displace(scorer, signal);
    const models = modelsOf(input, shared);
    try {
      await add(await recordOf(group, condition, input, models));
    } finally {
      await models.compressor.close();
    }
  }
}

interface Models {
  readonly compressor: Compressor;
  readonly scorer: TokenScorer;
}

function modelsOf({ classifier, counter }: CompressInput, scorer: TokenScorer): Models {
  return { scorer, compressor: createCompressor({ scorer, classifier, tokenizer: counter }) };
}

function workOf(
  group: Group,
  size: number,
  { counter, seed, signal }: CompressInput,
  models: Models,
): Work {
  const count = (text: string) => counter.count(text);
  const measure = measureOf(group, count);
  return { group, size, measure, count, counter, seed, signal, ...models };
}

const NO_LARGER = "The prompt is no larger than this size.";

async function recordOf(
  group: Group,
  { name, method, size }: Condition,
  input: CompressInput,
  models: Models,
): Promise<PromptRecord> {
  const { timed } = input;
  let took: number | undefined;
  const work: Work = {
    ...workOf(group, size?.tokens ?? 0, input, models),
    took: (ms) => {
      took = ms;
    },
  };
  const { measure } = work;
  const originalTokens = measure(bodyOf(group, group.contexts));
  const isWhole = size !== undefined && size.tokens >= originalTokens;
  const started = performance.now();
  const { prompt, why } = isWhole ? { why: NO_LARGER } : await promptOf(method, work);
  return {
    condition: name,
    method: method.name,
    ...(size && { size: size.label }),
    group: group.id,
    source: sourceOf(group, method),
    ...(prompt === undefined ? { why } : { prompt }),
    tokens: prompt === undefined ? 0 : measure(prompt),
    originalTokens,
    ...(size && { sizeTokens: size.tokens }),
    ...(timed && { ms: Math.round(10 * (took ?? performance.now() - started)) / 10 }),
  };
}

/** What the library refuses (a size below what must stay) is a finding, not a failure of the run. */
async function promptOf(
  method: Method,
  work: Work,
): Promise<{ readonly prompt?: string; readonly why?: string }> {
  try {
    const prompt = await method.compress(work);
    return prompt === undefined ? { why: "Nothing of its kind fits this size." } : { prompt };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "target-too-small" && code !== "protected-too-large") throw error;
    return { why: (error as Error).message };
  }
}
