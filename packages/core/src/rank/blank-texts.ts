/**
 * Texts with nothing to read, which many models and services refuse, kept out of a ranking.
 *
 * @module
 */

/**
 * Scores the texts that are not blank; blank ones get the lowest of those scores, or 0.
 *
 * @param score - never called with an empty list; answers one score for each text it gets
 */
export async function scoreBlankLast(
  texts: readonly string[],
  score: (texts: readonly string[]) => Promise<ArrayLike<number>>,
): Promise<Float64Array> {
  const places = Array.from(texts.keys()).filter((index) => /\S/.test(texts[index]));
  if (places.length === 0) return new Float64Array(texts.length);
  const found = await score(places.map((index) => texts[index]));
  const lowest = Array.from(found).reduce((least, value) => Math.min(least, value));
  const scores = new Float64Array(texts.length).fill(lowest);
  for (const [at, index] of places.entries()) scores[index] = found[at];
  return scores;
}
