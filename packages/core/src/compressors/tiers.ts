/**
 * What must stay, as a mark on every token. Pure.
 *
 * @module
 */
import { isCharacterEdge } from "../text/segments.js";
import type { Prompt, PromptPart, Span } from "../text/types.js";
import type { TokenizedPrompt } from "../tokens/prompt-tokens.js";
import type { Settings } from "./settings.js";

/** How dear a token is; more is kept longer. `fixed` is never dropped. */
export const TIER = { ordinary: 0, recurring: 1, closing: 2, fixed: 3 } as const;

/** A part is verbatim when its own rate is 1, or it is no context and the rate of its kind is. */
export function isVerbatim({ kind, rate }: PromptPart, settings: Settings): boolean {
  if (rate !== undefined) return rate === 1;
  if (kind === "context" || settings.fixedRate) return false;
  return (kind === "instruction" ? settings.instructionRate : settings.questionRate) === 1;
}

/** Tiers by token: verbatim parts and protected text are fixed, in whole characters. */
export function fixedTiers(
  prompt: Prompt,
  tokens: TokenizedPrompt,
  settings: Settings,
): Uint8Array {
  const { offsets } = tokens;
  const tiers = new Uint8Array(tokens.ids.length);
  for (const { part, from, to } of tokens.parts) {
    if (isVerbatim(part, settings)) tiers.fill(TIER.fixed, from, to);
  }
  markTier(offsets, tiers, prompt.verbatim ?? [], TIER.fixed);
  fixWholeCharacters(tokens, tiers);
  fixWholeParts(tokens, tiers);
  return tiers;
}

/** Of a part that is kept or dropped as one piece, all is fixed as soon as some of it is. */
function fixWholeParts({ parts }: TokenizedPrompt, tiers: Uint8Array): void {
  for (const { part, from, to } of parts) {
    if (part.whole === true && tiers.subarray(from, to).includes(TIER.fixed)) {
      tiers.fill(TIER.fixed, from, to);
    }
  }
}

/** Raises every token that reaches into one of the sorted `spans` to at least `tier`. */
export function markTier(
  offsets: Uint32Array,
  tiers: Uint8Array,
  spans: readonly Span[],
  tier: number,
): void {
  let t = 0;
  for (const { start, end } of spans) {
    while (t < tiers.length && offsets[t + 1] <= start) t++;
    for (let i = t; i < tiers.length && offsets[i] < end; i++) {
      if (offsets[i + 1] > start) tiers[i] = Math.max(tiers[i], tier);
    }
  }
}

/** Where a fixed token's edge falls inside a character, its neighbour is fixed too. */
function fixWholeCharacters({ text, offsets }: TokenizedPrompt, tiers: Uint8Array): void {
  const goesOn = (t: number) =>
    offsets[t] === offsets[t + 1] || !isCharacterEdge(text, offsets[t + 1]);
  for (let t = 0; t + 1 < tiers.length; t++) {
    if (tiers[t] === TIER.fixed && tiers[t + 1] !== TIER.fixed && goesOn(t)) {
      tiers[t + 1] = TIER.fixed;
    }
  }
  for (let t = tiers.length - 1; t > 0; t--) {
    if (tiers[t] === TIER.fixed && tiers[t - 1] !== TIER.fixed && goesOn(t - 1)) {
      tiers[t - 1] = TIER.fixed;
    }
  }
}

/** Offsets at which a run of fixed tokens starts. */
export function fixedStarts(offsets: Uint32Array, tiers: Uint8Array): ReadonlySet<number> {
  const starts = new Set<number>();
  for (let t = 0; t < tiers.length; t++) {
    if (tiers[t] === TIER.fixed && (t === 0 || tiers[t - 1] !== TIER.fixed)) starts.add(offsets[t]);
  }
  return starts;
}
