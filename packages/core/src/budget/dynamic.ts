/**
 * Dynamic compression ratios: better ranked contexts keep more. Pure.
 *
 * LongLLMLingua (Jiang et al., 2023), §4.3, Eq. 5, and what the equation leaves open: the budget
 * is spent to the token, wherever rates meet 0 or 1.
 *
 * @module
 */

/** Halvings until a rate is exact to the last bits. */
const STEPS = 50;

/**
 * Rates τ_k = clamp(τ + δ·(1 − 2·I(r_k)/(K − 1)), 0, 1), with the one τ for which Σ τ_k·L_k is what
 * `rate` of all tokens is.
 *
 * @param lengths - tokens of the contexts L_k, best ranked first; length K
 * @param rate - mean rate to keep, 0 … 1
 * @param delta - δτ, 0 … 1: how far the best and the worst lie from τ
 */
export function dynamicRates(
  lengths: readonly number[],
  rate: number,
  delta: number,
): readonly number[] {
  const most = Math.max(1, lengths.length - 1);
  const at = (tau: number) =>
    lengths.map((_, place) => {
      const lean = lengths.length === 1 ? 0 : 1 - (2 * place) / most;
      return Math.min(1, Math.max(0, tau + delta * lean));
    });
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const spent = (tau: number) => at(tau).reduce((sum, own, k) => sum + own * lengths[k], 0);
  let low = -delta;
  let high = 1 + delta;
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (spent(middle) < rate * total) low = middle;
    else high = middle;
  }
  return at(high);
}
