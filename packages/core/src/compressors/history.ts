/**
 * The compressed tokens so far: what the next segment is scored given.
 *
 * @module
 */
import { restoreSeparators } from "../restore/separators.js";
import type { Job } from "./job.js";

export interface History {
  /** Ids of the kept tokens before `token`, separators restored. Tokens before it must be decided. */
  before(token: number): Uint32Array;
}

/** Starts an empty history over the mask `kept`, in which separators are restored as it grows. */
export function historyOf(job: Job, kept: Uint8Array): History {
  const ids = new Uint32Array(kept.length);
  let length = 0;
  let next = 0;
  return {
    before(token) {
      restoreSeparators(kept, job.breaks, Math.max(0, next - 1), token);
      for (let t = next; t < token; t++) {
        if (kept[t] === 0) continue;
        ids[length++] = job.tokens.ids[t];
        if (job.breaks[t] < 0) next = t + 1;
      }
      return ids.subarray(0, length);
    },
  };
}
