/**
 * What must stay, as a mark on every token. Pure.
 *
 * @module
 */
import { protectedSpans } from "../text/protect.js";
import { isCharacterEdge } from "../text/segments.js";
import type { PartKind, Span } from "../text/types.js";
import type { TokenizedPrompt } from "../tokens/prompt-tokens.js";
import type { Settings } from "./options.js";

/** How dear a token is; more is kept longer. `fixed` is never dropped. */
export const TIER = { ordinary: 0, recurring: 1, closing: 2, fixed: 3 } as const;

/** A part is verbatim when its rate is 1 and it is not a context. */
export function isVerbatim(kind: PartKind, settings: Settings): boolean {
  if (kind === "context" || settings.fixedRate) return false;
  return (kind === "instruction" ? settings.instructionRate : settings.questionRate) === 1;
}

/** Tiers by token: verbatim parts and protected text are fixed, in whole characters. */
export function fixedTiers(tokens: TokenizedPrompt, settings: Settings): Uint8Array {
  const { text, offsets } = tokens;
  const tiers = new Uint8Array(tokens.ids.length);
  for (const { part, from, to } of tokens.parts) {
    if (isVerbatim(part.kind, settings)) tiers.fill(TIER.fixed, from, to);
  }
  markTier(offsets, tiers, protectedSpans(text, settings.protect), TIER.fixed);
  fixWholeCharacters(tokens, tiers);
  return tiers;
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
