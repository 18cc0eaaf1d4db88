/**
 * A text of a wanted length with one paragraph hidden in it. Pure.
 *
 * @module
 */
import { PARAGRAPH_JOINT } from "../blocks.js";

/** What to build. */
export interface Haystack {
  /** Paragraphs to take, in turn; from the first again where there are too few. */
  readonly filler: readonly string[];
  /** Index of the paragraph that comes first. */
  readonly from: number;
  readonly needle: string;
  /** Most tokens, the needle among them. */
  readonly length: number;
  /** Where the needle stands: 0 = first, 100 = last. */
  readonly depth: number;
  count(text: string): number;
}

/** As many whole paragraphs as fit, the needle between them; the needle alone where none does. */
export function haystackOf({ filler, from, needle, length, depth, count }: Haystack): string[] {
  const at = (i: number) => filler[(from + i) % filler.length];
  const lengths = filler.map((paragraph) => count(paragraph + PARAGRAPH_JOINT));
  const paragraphs: string[] = [];
  for (let tokens = count(needle); ; ) {
    tokens += lengths[(from + paragraphs.length) % filler.length];
    if (tokens > length) break;
    paragraphs.push(at(paragraphs.length));
  }
  // Counts of parts may sum to less than the count of the whole.
  while (paragraphs.length > 0 && count([...paragraphs, needle].join(PARAGRAPH_JOINT)) > length) {
    paragraphs.pop();
  }
  return paragraphs.toSpliced(Math.round((depth / 100) * paragraphs.length), 0, needle);
}
