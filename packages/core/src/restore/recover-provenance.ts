/**
 * Where a run of the compressed text comes from, by the offsets that the compression kept. Pure.
 *
 * @module
 */
import type { Span } from "../text/types.js";
import { indexRuns } from "./recover-runs.js";
import { lastAtMost, NO_WORD, readWords, type Vocabulary, type Words } from "./recover-words.js";

/** The longest run from a word on (at least 1 word), and what it stands for, if that is longer. */
export interface Match {
  readonly length: number;
  readonly source?: Span;
}

/** Looks up the words from `from` on, before `to`. */
export type Matcher = (words: Words, from: number, to: number) => Match;

export interface Provenance {
  readonly text: string;
  readonly spans: readonly (readonly [start: number, end: number])[];
}

/** Whether the text is the slices it says it is (the preset `microsoft` writes another text). */
export function isSliced(original: string, { text, spans }: Provenance): boolean {
  let at = 0;
  for (const [start, end] of spans) {
    if (!text.startsWith(original.slice(start, end), at)) return false;
    at += end - start;
  }
  return at === text.length;
}

/** The compressed words as a sequence with breaks, and where each entry comes from. */
interface Sources {
  readonly ids: number[];
  /** First and last word of the original that an entry reaches into. */
  readonly first: number[];
  readonly last: number[];
  /** Gaps from the start up to the entry, and up to its end (a word may have been cut inside). */
  readonly gapsBefore: number[];
  readonly gapsBehind: number[];
}

/**
 * A run is replaced by the stretch of the original it was cut out of: whole words from its first to
 * its last; of several places the one with the fewest words, then the earliest. A run that the
 * original holds as it stands is left alone.
 */
export function matcherBySpans(
  original: { readonly text: string; readonly words: Words },
  compressed: Provenance,
  vocabulary: Vocabulary,
  maxGap: number,
): Matcher {
  const sources = sourcesOf(original, compressed, vocabulary, maxGap);
  const inCompressed = indexRuns(sources.ids);
  const inOriginal = indexRuns(original.words.ids);
  const best = new Map<string, number>();
  return ({ ids }, from, to) => {
    const run = inCompressed(ids, from, to);
    const length = Math.max(1, run.length);
    if (run.length === 0) return { length };
    const place = best.get(run.key) ?? closest(sources, run.places, run.length);
    best.set(run.key, place);
    const last = place + run.length - 1;
    const isWhole = sources.gapsBehind[last] === sources.gapsBefore[place];
    if (isWhole || inOriginal(ids, from, from + length).length === length) return { length };
    const { starts, ends } = original.words;
    return {
      length,
      source: { start: starts[sources.first[place]], end: ends[sources.last[last]] },
    };
  };
}

function closest({ first, last }: Sources, places: Int32Array, length: number): number {
  const size = (place: number) => last[place + length - 1] - first[place];
  let best = places[0];
  for (const place of places) {
    const smaller = size(place) - size(best);
    if (smaller < 0 || (smaller === 0 && first[place] < first[best])) best = place;
  }
  return best;
}

function sourcesOf(
  original: { readonly text: string; readonly words: Words },
  compressed: Provenance,
  vocabulary: Vocabulary,
  maxGap: number,
): Sources {
  const words = readWords(compressed.text, vocabulary, true);
  const toOriginal = offsetMap(compressed);
  const sources: Sources = { ids: [], first: [], last: [], gapsBefore: [], gapsBehind: [] };
  const add = (id: number, first: number, last: number, gapsBefore: number) => {
    sources.ids.push(id);
    sources.first.push(first);
    sources.last.push(last);
    sources.gapsBefore.push(gapsBefore);
    sources.gapsBehind.push(gaps);
  };
  let gaps = 0;
  let end = 0;
  for (const [i, id] of words.ids.entries()) {
    const start = toOriginal(words.starts[i]);
    const first = lastAtMost(original.words.starts, start);
    const distance = first - (sources.last.at(-1) ?? first);
    if (i > 0 && (start < end || distance > maxGap)) add(NO_WORD, first, first, gaps);
    else if (i > 0 && original.text.slice(end, start).trim() !== "") gaps++;
    end = toOriginal(words.ends[i] - 1) + 1;
    const last = lastAtMost(original.words.starts, end - 1);
    const before = gaps;
    if (end - start !== words.ends[i] - words.starts[i]) gaps++;
    add(last >= first && last - first <= maxGap ? id : NO_WORD, first, last, before);
  }
  return sources;
}

/** From an offset in the compressed text to that of the same character in the original. */
function offsetMap({ spans }: Provenance): (offset: number) => number {
  const starts: number[] = [];
  let at = 0;
  for (const [start, end] of spans) {
    starts.push(at);
    at += end - start;
  }
  return (offset) => {
    const i = lastAtMost(starts, offset);
    return spans[i][0] + offset - starts[i];
  };
}
