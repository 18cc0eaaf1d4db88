/**
 * What the model reads in the token stage: live and fixed text, with its separators. Pure.
 *
 * @module
 */
import { indexesIn, type Job } from "./job.js";
import { TIER } from "./tiers.js";

export interface ReadingStream {
  /**
   * Token indexes to score for a segment `from` … `to − 1`: its tokens, the separators before it when it
   * opens a part, and for `tokenScore: "next-surprisal"` the token after it.
   */
  between(from: number, to: number): Uint32Array;
  /** All token indexes of the stream before `to`, and for "next-surprisal" one more. */
  before(to: number): Uint32Array;
  /** The token whose surprisal is the score of token `t`: itself, or the one read after it. */
  scoredAt(t: number): number;
}

/** @param alive - 1 = reaches the token stage, by token */
export function readingStream(job: Job, alive: Uint8Array): ReadingStream {
  const read = alive.map((flag, t) => (flag === 1 || job.tiers[t] === TIER.fixed ? 1 : 0));
  const openings = markOpenings(job, read);
  const next = job.settings.tokenScore === "next-surprisal" ? followers(read) : undefined;
  const andNext = (to: number) =>
    next === undefined ? to : Math.min(next[to - 1] + 1, read.length);
  return {
    between(from, to) {
      return indexesIn(openings.get(from) ?? from, andNext(to), read);
    },
    before(to) {
      return indexesIn(0, andNext(to), read);
    },
    scoredAt(t) {
      return next === undefined ? t : next[t];
    },
  };
}

/** Adds the separators right before each part that is read; gives their start by the part's first token. */
function markOpenings({ tokens }: Job, read: Uint8Array): Map<number, number> {
  const openings = new Map<number, number>();
  let lastEnd = 0;
  for (const { from, to } of tokens.parts) {
    if (lastEnd > 0 && read.subarray(from, to).includes(1)) {
      read.fill(1, lastEnd, from);
      openings.set(from, lastEnd);
    }
    lastEnd = to;
  }
  return openings;
}

/** By token: the next one that is read, or the number of tokens where there is none. */
function followers(read: Uint8Array): Uint32Array {
  const next = new Uint32Array(read.length);
  let following = read.length;
  for (let t = read.length - 1; t >= 0; t--) {
    next[t] = following;
    if (read[t] === 1) following = t;
  }
  return next;
}
