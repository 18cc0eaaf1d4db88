/**
 * From flags to a target that is limited and remembered.
 *
 * @module
 */
import type { TokenCounter, TokenScorer } from "llmlingua";
import { type Io, UsageError } from "llmlingua/cli-kit";
import { EvaluationError } from "../errors.js";
import { NO_TARGET } from "../run/header.js";
import {
  cachedTarget,
  embeddedTarget,
  limitedTarget,
  openAiTarget,
  type Target,
} from "../targets/index.js";
import type { ServerFlags, TargetFlags } from "./flags.js";
import { shownWord } from "./shown-word.js";

/** The word for the small model itself. */
export const EMBEDDED = "embedded";

export interface TargetParts {
  readonly flags: TargetFlags;
  readonly counter: TokenCounter;
  /** The small model, which answers where the target is embedded. */
  readonly scorer: TokenScorer;
  readonly env: Io["env"];
}

/** Stands where nothing is asked. */
export const noTarget: Target = { name: NO_TARGET, where: "", close: async () => undefined };

/** @throws UsageError for flags that do not go together */
export async function openTarget({ flags, counter, scorer, env }: TargetParts): Promise<Target> {
  if (flags.target === EMBEDDED) return embeddedTarget(scorer);
  return openServer({ flags, counter, env, cache: "llmlingua-eval/cache" });
}

type ConnectionFlags = Pick<
  ServerFlags,
  "model" | "apiKeyEnv" | "timeout" | "retries" | "concurrency" | "requestsPerMinute"
>;

/** What a server is opened with. */
export interface ServerParts {
  readonly flags: ConnectionFlags & Pick<TargetFlags, "target" | "api" | "cache">;
  /** Counts where the server does not say. */
  readonly counter: Pick<TokenCounter, "count">;
  readonly env: Io["env"];
  /** Folder of the answers where `--cache` names none. */
  readonly cache: string;
}

/** @throws UsageError for flags that do not go together */
export function openServer({ flags, counter, env, cache }: ServerParts): Target {
  const { target: baseUrl, model, api, timeout, retries, concurrency, requestsPerMinute } = flags;
  if (model === undefined) {
    throw new UsageError(
      `--target ${shownWord(baseUrl)} needs --model NAME, as the server names it.`,
    );
  }
  const common = {
    baseUrl,
    model,
    apiKey: keyOf(flags, env),
    timeoutMs: Math.max(1, Math.round(1000 * timeout)),
    retries,
    count: (text: string) => counter.count(text),
  };
  const open = openAiTarget(api === "chat" ? { ...common, api } : { ...common, api });
  const limited = limitedTarget(open, { concurrency, requestsPerMinute });
  if (flags.cache === false) return limited;
  const directory = typeof flags.cache === "string" ? flags.cache : cache;
  return cachedTarget(limited, { directory, identity: { api } });
}

function keyOf({ apiKeyEnv }: Pick<ServerFlags, "apiKeyEnv">, env: Io["env"]): string | undefined {
  if (apiKeyEnv === undefined) return undefined;
  const key = env[apiKeyEnv];
  if (key !== undefined && key !== "") return key;
  throw new UsageError(
    `--api-key-env names ${apiKeyEnv}, which is not set. Set it, or leave the option out.`,
  );
}

/**
 * Whether the target says how likely a text is, found out with a short one.
 *
 * @throws EvaluationError `target-failed` where it does not answer at all
 */
export async function givesLikelihoods(target: Target, signal: AbortSignal): Promise<boolean> {
  if (target.likelihood === undefined) return false;
  try {
    await target.likelihood("The sky is", " blue", signal);
    return true;
  } catch (error) {
    if (error instanceof EvaluationError && error.code === "target-unfit") return false;
    throw error;
  }
}
