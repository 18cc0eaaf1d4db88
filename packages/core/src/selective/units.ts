/**
 * Selective-Context: what of a text the scorer could have guessed, unit by unit.
 *
 * Li et al., 2023 (arXiv 2310.06201), §3.1 and §3.2; Selective-Context 0.1.4 where they differ.
 *
 * @module
 */
import { breather } from "../schedule.js";
import type { FlatUnits } from "../tokens/flat-units.js";
import { readSentences } from "./read.js";
import { sourceOf } from "./reading.js";
import type { SelectiveUnitsOptions } from "./types.js";

/**
 * The units of a text with their self-information, in order. Each sentence is scored alone, after the
 * scorer's start token, its white space collapsed; units are spans of the text as it is, and never cut
 * a character.
 *
 * A scorer without a start token cannot score a sentence's first token: it counts as the most
 * surprising of its sentence.
 *
 * @throws LlmlinguaError `invalid-option`, `missing-dependency`, `aborted`, `scorer-failed`, `closed`
 * @example
 * ```ts
 * import { createHashScorer, selectByPercentile, selectiveUnits } from "@llmlingua/core";
 *
 * const text = "The harbour master kept a ledger. He read old pages on quiet days.";
 * const units = await selectiveUnits(text, { scorer: createHashScorer(), level: "token" });
 * const { kept } = selectByPercentile(units, 0.35);
 * ```
 */
export async function selectiveUnits(
  text: string,
  options: SelectiveUnitsOptions,
): Promise<FlatUnits> {
  const starts: number[] = [];
  const ends: number[] = [];
  const scores: number[] = [];
  const breath = breather(options.signal);
  for (const { reading, ends: unitEnds, scores: unitScores } of await readSentences(
    text,
    options,
  )) {
    await breath.pause();
    let start = 0;
    for (const [unit, end] of unitEnds.entries()) {
      const source = sourceOf(text, reading, { start, end });
      start = end;
      if (source === undefined) continue;
      starts.push(source.start);
      ends.push(source.end);
      scores.push(unitScores[unit]);
    }
  }
  return {
    start: Uint32Array.from(starts),
    end: Uint32Array.from(ends),
    score: Float64Array.from(scores),
    forced: new Uint8Array(starts.length),
  };
}
