/**
 * First half of a run: every group's prompt in every condition.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { TokenClassifier, TokenCounter, TokenScorer } from "llmlingua";
import { type Compressor, createCompressor, rememberingScorer } from "llmlingua";
import { EvaluationError } from "../errors.js";
import { bodyOf, type Method, type Work } from "../methods/index.js";
import type { Group, Sizes } from "../tasks/types.js";
import { type Condition, conditionsOf, measureOf } from "./conditions.js";
import type { Journal } from "./journal.js";
import type { PromptRecord } from "./types.js";

export interface CompressInput {
  readonly groups: readonly Group[];
  readonly methods: readonly Method[];
  readonly sizes: Sizes;
  readonly counter: TokenCounter;
  readonly scorer: TokenScorer;
  readonly classifier?: TokenClassifier | string;
  readonly seed: number;
  /** Each method asks the scorer anew, so that its time is its own. */
  readonly timed: boolean;
  readonly signal?: AbortSignal;
  onProgress?(done: number, all: number, condition: string): void;
}

/**
 * Compresses what the journal does not have yet.
 *
 * @throws EvaluationError `other-run` where the journal's prompts are of other texts
 */
export async function compressAll(
  journal: Journal<PromptRecord>,
  input: CompressInput,
): Promise<void> {
  const { groups, methods, sizes, counter } = input;
  const count = (text: string) => counter.count(text);
  const known = new Map(journal.records.map((record) => [keyOf(record), record.source]));
  const all = groups.map((group) => ({
    group,
    conditions: conditionsOf(group, methods, sizes, count),
  }));
  const total = all.reduce((sum, { conditions }) => sum + conditions.length, 0);
  let done = 0;
  for (const { group, conditions } of all) {
    const source = sourceOf(group);
    const missing = conditions.filter(({ name }) => {
      const had = known.get(keyOf({ condition: name, group: group.id }));
      if (had !== undefined && had !== source) throw otherData(group.id);
      return had === undefined;
    });
    done += conditions.length - missing.length;
    await compressGroup(group, missing, input, async (record) => {
      await journal.add(record);
      input.onProgress?.(++done, total, record.condition);
    });
  }
}

/** Names a prompt or a result in its journal. */
export function keyOf({ condition, group }: Pick<PromptRecord, "condition" | "group">): string {
  return `${condition}\n${group}`;
}

async function compressGroup(
  group: Group,
  conditions: readonly Condition[],
  input: CompressInput,
  add: (record: PromptRecord) => Promise<void>,
): Promise<void> {
  let shared: TokenScorer | undefined;
  for (const condition of conditions) {
    // What one condition asked of the model, the next need not ask again, unless its time is wanted.
    if (shared === undefined || input.timed) shared = rememberingScorer(input.scorer);
    const { classifier, counter } = input;
    const compressor = createCompressor({ scorer: shared, classifier, tokenizer: counter });
    try {
      await add(await recordOf(group, condition, input, { compressor, scorer: shared }));
    } finally {
      await compressor.close();
    }
  }
}

const NO_LARGER = "The prompt is no larger than this size.";

interface Models {
  readonly compressor: Compressor;
  readonly scorer: TokenScorer;
}

async function recordOf(
  group: Group,
  { name, method, size }: Condition,
  { counter, seed, timed, signal }: CompressInput,
  models: Models,
): Promise<PromptRecord> {
  const count = (text: string) => counter.count(text);
  const measure = measureOf(group, count);
  const work: Work = {
    group,
    size: size?.tokens ?? 0,
    measure,
    count,
    counter,
    seed,
    signal,
    ...models,
  };
  const originalTokens = measure(bodyOf(group, group.contexts));
  const isWhole = size !== undefined && size.tokens >= originalTokens;
  const started = performance.now();
  const { prompt, why } = isWhole ? { why: NO_LARGER } : await promptOf(method, work);
  return {
    condition: name,
    method: method.name,
    ...(size && { size: size.label }),
    group: group.id,
    source: sourceOf(group),
    ...(prompt === undefined ? { why } : { prompt }),
    tokens: prompt === undefined ? 0 : measure(prompt),
    originalTokens,
    ...(timed && { ms: Math.round(10 * (performance.now() - started)) / 10 }),
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

function sourceOf({ instruction, contexts, joint, question }: Group): string {
  const texts = JSON.stringify([instruction, contexts, joint, question]);
  return createHash("sha256").update(texts).digest("hex").slice(0, 12);
}

function otherData(group: string): EvaluationError {
  return new EvaluationError(
    "other-run",
    `The folder of the run has prompts of another text for ${group}: the data or its choices changed. Give another folder.`,
  );
}
