/**
 * A paper's text: without its abstract, cut to a size at a good place. Pure.
 *
 * @module
 */

/** Abstracts stand near the beginning: paragraphs that are looked at. */
const FIRST = 25;

/** The paragraphs after the last of the first that shares half of its five-word runs with the abstract. */
export function withoutAbstract(text: string, abstract: string): string {
  const paragraphs = text.trim().split(/\n\s*\n/);
  const first = paragraphs.slice(0, FIRST);
  const last = first.findLastIndex((paragraph) => {
    return paragraph.split(/\s+/).length >= 8 && shared(paragraph, abstract) >= 0.5;
  });
  return paragraphs.slice(last + 1).join("\n\n");
}

/** Share of the five-word runs of `text` that are in `other`, 0 … 1. */
export function shared(text: string, other: string): number {
  const known = new Set(runsOf(other));
  const runs = runsOf(text);
  return runs.filter((run) => known.has(run)).length / Math.max(1, runs.length);
}

function runsOf(text: string): string[] {
  const words: readonly string[] = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(4).map((_, i) => words.slice(i, i + 5).join(" "));
}

/** The longest beginning of at most `most` tokens that ends a paragraph, else a line, else a sentence. */
export function cutTo(text: string, most: number, count: (text: string) => number): string {
  if (count(text) <= most) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (count(text.slice(0, middle)) <= most) low = middle;
    else high = middle - 1;
  }
  const ends = ["\n\n", "\n", ". "].map(
    (end) => text.lastIndexOf(end, low - 1) + end.trim().length,
  );
  const end = ends.find((at) => at > low / 2) ?? low;
  return text.slice(0, end).trimEnd();
}
