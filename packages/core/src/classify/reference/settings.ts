/**
 * The reference's defaults for LLMLingua-2, and the check of what callers set. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import { checkForceTokens } from "../forced.js";
import type { ReferenceLlmlingua2Settings } from "./types.js";

/** Every setting with its value; −1 stands for "not set", as in Python. */
export type ResolvedSettings = Required<ReferenceLlmlingua2Settings>;

const DEFAULTS: ResolvedSettings = {
  rate: 0.5,
  targetToken: -1,
  useContextLevelFilter: true,
  useTokenLevelFilter: true,
  targetContext: -1,
  contextLevelRate: 1,
  contextLevelTargetToken: -1,
  forceContextIds: [],
  returnWordLabel: false,
  wordSep: "\t\t|\t\t",
  labelSep: " ",
  tokenToWord: "mean",
  forceTokens: [],
  forceReserveDigit: false,
  dropConsecutive: false,
  chunkEndTokens: [".", "\n"],
};

const NUMBERS = [
  "rate",
  "targetToken",
  "targetContext",
  "contextLevelRate",
  "contextLevelTargetToken",
] as const;

/**
 * Defaults filled in, values checked.
 *
 * @throws LlmlinguaError `invalid-option`
 */
export function resolveSettings(given: ReferenceLlmlingua2Settings): ResolvedSettings {
  const settings = { ...DEFAULTS };
  for (const key of Object.keys(DEFAULTS) as (keyof ResolvedSettings)[]) {
    if (given[key] !== undefined) Object.assign(settings, { [key]: given[key] });
  }
  for (const name of NUMBERS) {
    if (typeof settings[name] === "number" && Number.isFinite(settings[name])) continue;
    throw new LlmlinguaError(
      "invalid-option",
      `${name} is ${String(settings[name])}; it must be a number.`,
    );
  }
  if (settings.tokenToWord !== "mean" && settings.tokenToWord !== "first") {
    throw new LlmlinguaError(
      "invalid-option",
      `tokenToWord is ${String(settings.tokenToWord)}; it must be mean or first.`,
    );
  }
  checkForceTokens(settings.forceTokens);
  return settings;
}
