/**
 * Where a run of words stands in the original with gaps: subsequence search. Pure.
 *
 * LongLLMLingua (Jiang et al., 2023), §4.4. The reference walks to the next occurrence of each token
 * and skips those that are too far; here every word must be found, and a later occurrence is tried
 * where the next one leads nowhere.
 *
 * @module
 */
import type { Match, Matcher } from "./recover-provenance.js";
import type { RunFinder } from "./recover-runs.js";
import { lastAtMost, NO_WORD, type Words } from "./recover-words.js";

/** Ways to find the words so far: where they end (ascending) and, for each end, the latest start. */
interface Ways {
  readonly ends: readonly number[];
  readonly starts: readonly number[];
}

/** The first words of a run are looked up once for all runs that begin so, … */
const REMEMBERED = 4;
/** … with this many ways at most; */
const MANY = 1024;
/** of a longer run the shortest ways are followed on, the earliest of equals. Keeps it linear. */
const FEW = 8;

/** Fewer words say too little when it is not known what the compressed text held. */
const UNKNOWN_LEAST = 4;

/**
 * A run of words that follow one another in the compressed text is looked up in the original with at
 * most `maxGap` words from one to the next; its longest beginning that is there is replaced, by the
 * shortest stretch, then the earliest. Without `inCompressed` every run of four words or more counts.
 */
export function matcherBySearch(
  original: Words,
  inCompressed: RunFinder | undefined,
  maxGap: number,
): Matcher {
  const search = searchIn(original.ids, maxGap);
  const least = inCompressed ? 2 : UNKNOWN_LEAST;
  return ({ ids }, from, to): Match => {
    const until = inCompressed ? from + inCompressed(ids, from, to).length : to;
    if (until <= from) return { length: 1 };
    const { length, ways } = search(ids, from, until);
    if (length < least) return { length: 1 };
    const [first, last] = shortest(ways);
    if (last - first + 1 === length) return { length };
    return { length, source: { start: original.starts[first], end: original.ends[last] } };
  };
}

function searchIn(original: readonly number[], maxGap: number) {
  const places = new Map<number, number[]>();
  for (const [i, id] of original.entries()) {
    const known = places.get(id);
    if (known) known.push(i);
    else places.set(id, [i]);
  }
  const remembered = new Map<string, Ways>();
  return (ids: readonly number[], from: number, to: number) => {
    const first = places.get(ids[from]) ?? [];
    let ways: Ways = { ends: first, starts: first };
    let length = Math.min(1, first.length);
    let key = `${ids[from]}`;
    while (length > 0 && from + length < to && ids[from + length] !== NO_WORD) {
      const next = places.get(ids[from + length]) ?? [];
      const isEarly = length < REMEMBERED;
      if (isEarly) key += ` ${ids[from + length]}`;
      const longer =
        (isEarly ? remembered.get(key) : undefined) ??
        best(extend(ways, next, maxGap), isEarly ? MANY : FEW);
      if (isEarly) remembered.set(key, longer);
      if (longer.ends.length === 0) break;
      ways = longer;
      length++;
    }
    return { length, ways };
  };
}

/** Every way one word on: the rarer side is gone through, the other looked up. */
function extend(ways: Ways, next: readonly number[], maxGap: number): Ways {
  const ends: number[] = [];
  const starts: number[] = [];
  const candidates = next.length <= ways.ends.length ? next : near(ways.ends, next, maxGap);
  for (const place of candidates) {
    let start = -1;
    for (let i = lastAtMost(ways.ends, place - 1); i >= 0; i--) {
      if (place - ways.ends[i] > maxGap) break;
      start = Math.max(start, ways.starts[i]);
    }
    if (start === -1) continue;
    ends.push(place);
    starts.push(start);
  }
  return { ends, starts };
}

/** The places at most `maxGap` behind one of the ascending `ends`; ascending, each once. */
function near(ends: readonly number[], places: readonly number[], maxGap: number): number[] {
  const found: number[] = [];
  let at = 0;
  for (const end of ends) {
    if (at < places.length && places[at] <= end) at = lastAtMost(places, end) + 1;
    for (; at < places.length && places[at] <= end + maxGap; at++) found.push(places[at]);
  }
  return found;
}

/** The `most` shortest ways. */
function best(ways: Ways, most: number): Ways {
  if (ways.ends.length <= most) return ways;
  const size = (i: number) => ways.ends[i] - ways.starts[i];
  const chosen = Array.from(ways.ends, (_, i) => i)
    .sort((a, b) => size(a) - size(b) || a - b)
    .slice(0, most)
    .sort((a, b) => a - b);
  return { ends: chosen.map((i) => ways.ends[i]), starts: chosen.map((i) => ways.starts[i]) };
}

/** First and last word of the shortest way; the earliest of equals. */
function shortest({ ends, starts }: Ways): readonly [first: number, last: number] {
  let best = 0;
  for (let i = 1; i < ends.length; i++) {
    if (ends[i] - starts[i] < ends[best] - starts[best]) best = i;
  }
  return [starts[best], ends[best]];
}
