/**
 * What a run will ask for, before it starts. Pure.
 *
 * @module
 */
import { bodyOf, type Method } from "../methods/index.js";
import type { Group, Sizes, Task } from "../tasks/types.js";
import { costOf, type Prices } from "./budget.js";
import { conditionsOf, measureOf } from "./conditions.js";

export interface Estimate {
  /** Prompts to compress. */
  readonly prompts: number;
  /** Requests to the target. */
  readonly requests: number;
  /** In the tokens that sizes are counted in; at most, for answers are shorter than they may be. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** In USD, at most; absent without prices. */
  readonly cost?: number;
}

export interface EstimateInput {
  readonly task: Pick<Task, "maxNewTokens">;
  readonly groups: readonly Group[];
  readonly methods: readonly Method[];
  readonly sizes: Sizes;
  readonly generates: boolean;
  readonly likelihoods: boolean;
  readonly prices?: Prices;
  count(text: string): number;
}

/** As if nothing of the run were done yet, and every method used all of its size. */
export function estimateOf(input: EstimateInput): Estimate {
  const { groups, methods, sizes, generates, likelihoods, task, count } = input;
  let [prompts, requests, promptTokens, answers] = [0, 0, 0, 0];
  for (const group of groups) {
    const measure = measureOf(group, count);
    const whole = measure(bodyOf(group, group.contexts));
    const asked = group.asks ? 0 : group.items.reduce((sum, { suffix }) => sum + count(suffix), 0);
    const golds = group.items.reduce((sum, { gold }) => sum + count(gold), 0);
    for (const { method, size } of conditionsOf(group, methods, sizes, count)) {
      const prompt = size?.tokens ?? (method.name === "zero" ? measure(group.instruction) : whole);
      const read = group.items.length * Math.min(prompt, whole) + asked;
      prompts++;
      requests += group.items.length * (Number(generates) + Number(likelihoods));
      promptTokens += Number(generates) * read + Number(likelihoods) * (read + golds);
      answers += Number(generates) * group.items.length;
    }
  }
  const completionTokens = answers * task.maxNewTokens;
  const usage = { promptTokens, completionTokens, cachedTokens: 0 };
  const cost = input.prices && costOf(usage, input.prices);
  return { prompts, requests, promptTokens, completionTokens, ...(cost !== undefined && { cost }) };
}
