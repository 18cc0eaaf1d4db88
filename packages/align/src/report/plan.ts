/**
 * What a report would ask of a target, before it asks. Pure. As if nothing were done yet, so at most.
 *
 * @module
 */
import type { Group, Method, Prices, Target, Task } from "@llmlingua/eval";
import { costOf } from "@llmlingua/eval/cli-kit";
import type { Pair } from "../pairs/types.js";
import { mostUsage, usageOf } from "../pairs/usage.js";
import type { DrawOptions } from "./draw.js";

/** Requests at most, and their tokens as they are counted here. */
export interface Asked {
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** What each section asks; absent = nothing. */
export interface Plan {
  readonly compression?: Asked;
  readonly divergence?: Asked;
}

/** In USD, at most. */
export function costOfPlan(plan: Plan, prices: Prices): number {
  const asked = [plan.compression, plan.divergence].filter((one) => one !== undefined);
  return asked.reduce((sum, one) => sum + costOf(mostUsage(one), prices), 0);
}

/** Samples of the pairs' prompts in turn. */
export function planSamples(
  pairs: readonly Pair[],
  { samples, maxNewTokens, count }: Pick<DrawOptions, "samples" | "maxNewTokens" | "count">,
): Asked {
  const sizes = pairs.map(({ messages }) => usageOf(messages, 0, count).promptTokens);
  let promptTokens = 0;
  for (let index = 0; index < samples; index++) promptTokens += sizes[index % sizes.length];
  return { requests: samples, promptTokens, completionTokens: samples * maxNewTokens };
}

/** What an evaluation with two scorers is of. */
export interface PlannedEvaluation {
  readonly task: Pick<Task, "maxNewTokens">;
  readonly groups: readonly Group[];
  readonly methods: readonly Method[];
  readonly ratios: readonly number[];
  /** Absent = the base scorer, which is asked for likelihoods and costs nothing. */
  readonly target?: Target;
  count(text: string): number;
}

/** As if every method suited every prompt and used all of its size; undefined where no server is asked. */
export function planEvaluation(evaluation: PlannedEvaluation): Asked | undefined {
  const { task, groups, target } = evaluation;
  if (target === undefined) return undefined;
  const answers = Number(task.maxNewTokens > 0 && target.generate !== undefined);
  const likelihoods = Number(target.likelihood !== undefined);
  let [requests, promptTokens, completionTokens] = [0, 0, 0];
  for (const group of groups) {
    const { conditions, tokens } = conditionsOf(group, evaluation);
    for (const { suffix, gold } of group.items) {
      const rest = evaluation.count(suffix);
      const read = (more: number) => tokens + conditions * (rest + more);
      promptTokens += answers * read(0) + likelihoods * read(evaluation.count(gold));
    }
    const asked = conditions * group.items.length;
    requests += asked * (answers + likelihoods);
    completionTokens += asked * (answers * task.maxNewTokens + likelihoods);
  }
  const both = 2;
  return {
    requests: both * requests,
    promptTokens: Math.ceil(both * promptTokens),
    completionTokens: both * completionTokens,
  };
}

/** How many prompts a group becomes, and the tokens of all of them. */
function conditionsOf(
  { instruction, contexts, joint }: Group,
  { methods, ratios, count }: PlannedEvaluation,
): { readonly conditions: number; readonly tokens: number } {
  const [fixed, part] = [count(instruction), count(contexts.join(joint))];
  const sizes = methods.flatMap(({ sized }) =>
    sized ? ratios.map((ratio) => fixed + part / ratio) : [fixed + part],
  );
  return { conditions: sizes.length, tokens: sizes.reduce((sum, size) => sum + size, 0) };
}
