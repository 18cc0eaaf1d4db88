/**
 * How alike two answers are where no answer is expected. Pure.
 *
 * @module
 */

/** F1 of words in common, counted as often as they occur, without case; 1 of two empty texts. */
export function wordOverlap(a: string, b: string): number {
  const [first, second] = [wordsOf(a), wordsOf(b)];
  if (first.length + second.length === 0) return 1;
  const left = new Map<string, number>();
  for (const word of first) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of second) {
    const times = left.get(word) ?? 0;
    if (times === 0) continue;
    left.set(word, times - 1);
    common += 1;
  }
  return (2 * common) / (first.length + second.length);
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}
