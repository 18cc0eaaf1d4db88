/**
 * The reference's defaults, and the check of what callers set.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { assertRankMethod } from "./rank.js";
import type { ConditionMode, ReferenceCall, ReferenceSettings } from "./types.js";

const CONDITION = /^(none|before|after)(_condition)?$/;

/** Every setting with its value; only `targetToken` and `forceContextNumber` may be absent. */
export type ResolvedSettings = Required<Omit<ReferenceSettings, Optional>> &
  Pick<ReferenceSettings, Optional>;
type Optional = "targetToken" | "forceContextNumber";

const DEFAULTS: ResolvedSettings = {
  rate: 0.5,
  iterativeSize: 200,
  forceContextIds: [],
  useContextLevelFilter: true,
  useSentenceLevelFilter: false,
  useTokenLevelFilter: true,
  keepSplit: false,
  splitToken: 13,
  keepFirstSentence: 0,
  keepLastSentence: 0,
  keepSentenceNumber: 0,
  highPriorityBonus: 100,
  contextBudget: "+100",
  tokenBudgetRatio: 1.4,
  conditionInQuestion: "none",
  reorderContext: "original",
  dynamicContextCompressionRatio: 0,
  conditionCompare: false,
  addInstruction: false,
  rankMethod: "llmlingua",
  concateQuestion: true,
};

/**
 * Defaults filled in, values checked.
 *
 * @throws LlmlinguaError `invalid-option` naming the setting and what it may be
 */
export function resolveSettings(settings: ReferenceSettings): ResolvedSettings {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  const resolved: ResolvedSettings = { ...DEFAULTS, ...Object.fromEntries(given) };
  assertRankMethod(resolved.rankMethod);
  check(resolved, "rate", (rate) => rate <= 1, "at most 1");
  check(resolved, "targetToken", (tokens) => tokens >= 0, "0 or more");
  check(
    resolved,
    "iterativeSize",
    (size) => Number.isInteger(size) && size >= 1,
    "an integer from 1",
  );
  check(resolved, "splitToken", (id) => Number.isInteger(id) && id >= 0, "a token id");
  for (const name of ["keepFirstSentence", "keepLastSentence", "keepSentenceNumber"] as const) {
    check(resolved, name, (count) => Number.isInteger(count) && count >= 0, "an integer from 0");
  }
  check(resolved, "highPriorityBonus", () => true, "finite");
  check(resolved, "tokenBudgetRatio", (ratio) => ratio >= 0, "0 or more");
  check(resolved, "dynamicContextCompressionRatio", () => true, "finite");
  check(resolved, "forceContextNumber", () => true, "finite");
  return resolved;
}

/** Where the question goes: `mode` for ranking, `prefix` for the token pass. */
export function resolveCondition(
  settings: ResolvedSettings,
  question: string,
): { readonly mode: ConditionMode; readonly prefix: boolean } {
  const match = CONDITION.exec(settings.conditionInQuestion);
  if (!match) {
    throw new LlmlinguaError(
      "invalid-option",
      `conditionInQuestion "${settings.conditionInQuestion}" is unknown: it is none, before or after, alone or with _condition.`,
    );
  }
  const prefix = settings.conditionCompare || match[2] !== undefined;
  const asked = match[1] as ConditionMode;
  if (settings.rankMethod === "llmlingua") return { mode: "none", prefix };
  if (question === "") {
    throw new LlmlinguaError(
      "invalid-option",
      'rankMethod "longllmlingua" ranks by the question, and there is none: give one or use "llmlingua".',
    );
  }
  return { mode: asked === "none" && !prefix ? "after" : asked, prefix };
}

/** The contexts of a call; nothing, or an empty string or list, is one blank context. */
export function resolveContexts(context: ReferenceCall["context"]): readonly string[] {
  if (typeof context === "string") return [context === "" ? " " : context];
  if (context === undefined || context === null || context.length === 0) return [" "];
  context.forEach((text, index) => {
    if (typeof text !== "string") {
      throw new LlmlinguaError(
        "invalid-prompt",
        `Context ${index} is ${typeof text}, not a string.`,
      );
    }
  });
  return context;
}

function check<K extends keyof ResolvedSettings>(
  settings: ResolvedSettings,
  name: K,
  holds: (value: number) => boolean,
  wanted: string,
): void {
  const value: unknown = settings[name];
  if (value === undefined) return;
  if (typeof value !== "number" || !Number.isFinite(value) || !holds(value)) {
    throw new LlmlinguaError(
      "invalid-option",
      `${name} is ${String(value)}; it must be a number, ${wanted}.`,
    );
  }
}
