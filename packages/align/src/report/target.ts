/**
 * The target of an evaluation: a server with limits and a memory, or the base scorer.
 *
 * @module
 */
import type { TokenCounter, TokenScorer } from "@llmlingua/core";
import {
  type ConnectionOptions,
  cachedTarget,
  embeddedTarget,
  limitedTarget,
  openAiTarget,
  type Target,
  type TargetLimits,
} from "@llmlingua/eval";

/** A server and the model that it is asked for. */
export type TargetServer = ConnectionOptions & { readonly model: string };

export interface TargetRequest extends TargetLimits {
  /** Absent = the base scorer, which gives likelihoods alone. */
  readonly server: TargetServer | undefined;
  readonly api: "completions" | "chat";
  /** Folder where answers are kept: prompts that both scorers leave the same are asked once. */
  readonly cache: string;
}

/** The same target for both runs. */
export async function openTarget(
  { server, api, cache, ...limits }: TargetRequest,
  counter: TokenCounter,
  base: TokenScorer,
): Promise<Target> {
  if (server === undefined) return embeddedTarget(base);
  const common = { ...server, count: (text: string) => counter.count(text) };
  const open = openAiTarget(api === "chat" ? { ...common, api } : { ...common, api });
  return cachedTarget(limitedTarget(open, limits), { directory: cache, identity: { api } });
}
