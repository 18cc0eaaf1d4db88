/**
 * The scores of an answer: the task's metrics, or the item's own.
 *
 * @module
 */
import { UsageError } from "llmlingua/cli-kit";
import { type BertScorer, loadBertScorer, score } from "../metrics/index.js";
import type { ScoreAnswer } from "../run/answer.js";
import { metricsOf } from "../tasks/index.js";
import type { Group, Item, MetricName, Task } from "../tasks/types.js";

export interface Scoring {
  readonly score: ScoreAnswer;
  /** The task's metrics without those that cannot be had here. */
  readonly metrics: readonly MetricName[];
  close(): Promise<void>;
}

/**
 * @param encoder - folder of an encoder; without one there is no BERTScore
 * @throws UsageError for an encoder that nothing needs, or an item that needs one
 */
export async function openScoring(
  { metrics, name }: Pick<Task, "metrics" | "name">,
  groups: readonly Group[],
  encoder: string | undefined,
): Promise<Scoring> {
  const needing = groups.flatMap(({ items }) => items).find(({ metric }) => metric === "bertscore");
  if (encoder !== undefined && !metricsOf(groups, { metrics }).has("bertscore")) {
    throw new UsageError(`--encoder is for BERTScore, which ${name} does not use.`);
  }
  if (encoder === undefined && needing !== undefined) {
    throw new UsageError(
      `The item ${needing.id} is to be scored by bertscore. Give --encoder FOLDER.`,
    );
  }
  const bert = encoder === undefined ? undefined : await loadBertScorer(encoder);
  const usable = metrics.filter((metric) => metric !== "bertscore" || bert !== undefined);
  return {
    metrics: usable,
    score: (answer, item) => scoresOf(answer, item, usable, bert),
    close: async () => bert?.close(),
  };
}

async function scoresOf(
  answer: string,
  item: Item,
  metrics: readonly MetricName[],
  bert: BertScorer | undefined,
): Promise<Readonly<Record<string, number>>> {
  if (item.answers.length === 0) return {};
  const scores: Record<string, number> = {};
  for (const metric of item.metric === undefined ? metrics : [item.metric]) {
    const own =
      metric === "bertscore"
        ? await bert?.score(answer, item.answers)
        : score(metric, answer, item.answers);
    Object.assign(scores, own);
  }
  return scores;
}
