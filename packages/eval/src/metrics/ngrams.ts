/**
 * Runs of tokens, which ROUGE and BLEU count. Pure.
 *
 * @module
 */

/** How often each run of `size` tokens occurs; tokens have no spaces in them. */
export function ngramCounts(tokens: readonly string[], size: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + size <= tokens.length; at++) {
    const gram = tokens.slice(at, at + size).join(" ");
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}
