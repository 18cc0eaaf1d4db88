/**
 * Loss on the pairs that training did not see.
 *
 * @module
 */
import { encodePair } from "../encode/index.js";
import { AlignmentError, throwIfAborted } from "../errors.js";
import type { TrainingRecord } from "../folder/index.js";
import { groupOf } from "../pairs/index.js";
import type { Pair } from "../pairs/types.js";
import { natsPerSize, relativeChange } from "./change.js";
import { natsOfBoth, type Scorers } from "./nats.js";
import type { HeldOutSummary } from "./summary.js";

/**
 * The pairs with these ids, in the order of the ids.
 *
 * @param path - of the file, named in errors
 * @throws AlignmentError `too-few-pairs` where nothing was held out, `other-run` where the file lacks one
 */
export function heldOutOf(
  pairs: readonly Pair[],
  ids: readonly string[],
  path: string,
): readonly Pair[] {
  if (ids.length === 0) {
    throw new AlignmentError(
      "too-few-pairs",
      "The scorer was trained on all of its pairs: nothing was held out to measure on. Train with --held-out above 0.",
    );
  }
  const byId = new Map(pairs.map((pair) => [pair.id, pair]));
  const missing = ids.filter((id) => !byId.has(id));
  if (missing.length > 0) {
    throw new AlignmentError(
      "other-run",
      `${path} lacks ${missing.length} of the ${ids.length} pairs that were held out of training, ${missing[0]} first. Give the file that the scorer was trained with.`,
    );
  }
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** What is measured with, and how far it is. */
export interface MeasureOptions {
  readonly signal?: AbortSignal;
  onProgress?(done: number, all: number): void;
}

/** One line of `held-out.jsonl`. */
export interface HeldOutRecord {
  /** Of the pair. */
  readonly id: string;
  /** Of the pair, or its id. */
  readonly group: string;
  /** Of the answer, its end included. */
  readonly tokens: number;
  /** Of these tokens under each scorer, in nats (≥ 0). */
  readonly base: number;
  readonly aligned: number;
}

/** What was measured, and every pair behind it. */
export interface HeldOut {
  readonly summary: HeldOutSummary;
  readonly records: readonly HeldOutRecord[];
}

/** Both scorers' loss on these pairs. Pairs of a group are no independent draws, and are resampled together. */
export async function measureHeldOut(
  scorers: Scorers,
  pairs: readonly Pair[],
  { settings, loss }: Pick<TrainingRecord, "settings" | "loss">,
  sameFile: boolean,
  { signal, onProgress }: MeasureOptions = {},
): Promise<HeldOut> {
  const records: HeldOutRecord[] = [];
  let cut = 0;
  for (const [index, pair] of pairs.entries()) {
    throwIfAborted(signal);
    const encoded = encodePair(pair, scorers.base.tokenizer, settings);
    if (encoded.cut !== "none") cut += 1;
    const { size, ...nats } = await natsOfBoth(scorers, encoded.ids, encoded.from, signal);
    records.push({ id: pair.id, group: groupOf(pair), tokens: size, ...nats });
    onProgress?.(index + 1, pairs.length);
  }
  return { records, summary: { ...summaryOf(records), cut, sameFile, training: trainingOf(loss) } };
}

function summaryOf(records: readonly HeldOutRecord[]) {
  const texts = records.map(({ tokens, ...record }) => ({ ...record, size: tokens }));
  const { base, aligned } = natsPerSize(texts);
  return {
    pairs: records.length,
    groups: new Set(records.map(({ group }) => group)).size,
    tokens: texts.reduce((sum, { size }) => sum + size, 0),
    loss: { base, aligned },
    change: relativeChange(texts),
  };
}

function trainingOf({ before, after, pairs }: TrainingRecord["loss"]): HeldOutSummary["training"] {
  return { before, after, ...(pairs !== undefined && { pairs }) };
}
