/**
 * Counts scorer tokens and reports progress.
 *
 * @module
 */
import type { Progress } from "./types.js";

export interface Meter {
  scored: number;
  /** Says how many tokens a stage will score in all; a later word replaces an earlier one. */
  expect(stage: Progress["stage"], tokens: number): void;
  add(stage: Progress["stage"], tokens: number): void;
}

export function meterOf(onProgress: ((progress: Progress) => void) | undefined): Meter {
  const expected = { rank: 0, coarse: 0, fine: 0 };
  return {
    scored: 0,
    expect(stage, tokens) {
      expected[stage] = tokens;
    },
    add(stage, tokens) {
      this.scored += tokens;
      const total = Math.max(expected.rank + expected.coarse + expected.fine, this.scored);
      onProgress?.({ stage, done: this.scored, total });
    },
  };
}
