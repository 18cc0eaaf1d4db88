/**
 * The Python reference's counts, printed as Python prints them. Pure.
 *
 * @module
 */

/** Dollars the reference says a thousand GPT-4 tokens cost. */
const PRICE = 0.06;

/** What the reference says of a result's size. */
export interface ReferenceReport {
  readonly originTokens: number;
  readonly compressedTokens: number;
  readonly ratio: string;
  readonly rate: string;
  readonly saving: string;
}

/** Nothing left, or nothing to begin with, counts as ratio 1. */
export function referenceReport(originTokens: number, compressedTokens: number): ReferenceReport {
  const ratio = compressedTokens === 0 || originTokens === 0 ? 1 : originTokens / compressedTokens;
  const saving = ((originTokens - compressedTokens) * PRICE) / 1000;
  return {
    originTokens,
    compressedTokens,
    ratio: `${oneDecimal(ratio)}x`,
    rate: `${oneDecimal((1 / ratio) * 100)}%`,
    saving: `, Saving $${oneDecimal(saving)} in GPT-4.`,
  };
}

/** One decimal, exact ties to the even digit (1.25 → 1.2), as Python's `.1f`. */
export function oneDecimal(value: number): string {
  const isTie = Number.isInteger(value * 4) && !Number.isInteger(value * 2);
  const tenths = Math.floor(Math.abs(value) * 10);
  if (!isTie || tenths % 2 === 1) return value.toFixed(1);
  return (Math.sign(value) * (tenths / 10)).toFixed(1);
}
