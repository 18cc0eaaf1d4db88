/**
 * The units of one sentence, scored alone: sentence, phrases or tokens.
 *
 * Li et al., 2023, §3.1 and §3.2.
 *
 * @module
 */
import type { Breather } from "../schedule.js";
import { scoreText } from "../score/sliding.js";
import { isCharacterEdge } from "../text/segments.js";
import type { TokenizedText } from "../tokens/types.js";
import { type ChunkerFor, phraseEndsOf } from "./phrases.js";
import type { Reading } from "./reading.js";
import type { SelectiveLevel, SelectiveUnitsOptions } from "./types.js";
import { unitInformation } from "./unit-information.js";

/** A sentence about to be scored. */
export interface TokenizedSentence {
  readonly reading: Reading;
  readonly tokens: TokenizedText;
  readonly chunkerFor: ChunkerFor;
}

/** A scored sentence: its units lie side by side from its start to its end. */
export interface ScoredSentence {
  readonly reading: Reading;
  /** UTF-16 offsets into what was read where units end, ascending, length m. */
  readonly ends: readonly number[];
  /** Length m. */
  readonly scores: Float64Array;
}

export interface SentenceUnitsOptions
  extends Required<Pick<SelectiveUnitsOptions, "scorer" | "level" | "phraseScore">> {
  readonly breath: Breather;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number) => void;
}

/** Scores the sentence after the scorer's start token and nothing else. */
export async function scoreSentence(
  sentence: TokenizedSentence,
  { scorer, level, phraseScore, breath, signal, onProgress }: SentenceUnitsOptions,
): Promise<ScoredSentence> {
  const { reading, tokens } = sentence;
  const ends = await unitEnds(sentence, level, breath);
  const information = await scoreText(scorer, tokens.ids, { signal, onProgress });
  const options = { phraseScore, skipSpaces: level === "phrase" };
  return { reading, ends, scores: unitInformation({ ...tokens, information }, ends, options) };
}

/** Waiting after every single one would take longer than looking at it. */
const ENDS_A_PAUSE = 64;

/** Ends of the units, but none inside a character: units that share one are one. */
async function unitEnds(
  sentence: TokenizedSentence,
  level: SelectiveLevel,
  breath: Breather,
): Promise<number[]> {
  const { text } = sentence.reading;
  const ends: number[] = [];
  let looked = 0;
  for (const end of possibleEnds(sentence, level)) {
    if (++looked % ENDS_A_PAUSE === 0) await breath.pause();
    const last = ends[ends.length - 1] ?? 0;
    if (end > last && end < text.length && isCharacterEdge(text, end)) ends.push(end);
  }
  ends.push(text.length);
  return ends;
}

function possibleEnds(
  { reading, tokens, chunkerFor }: TokenizedSentence,
  level: SelectiveLevel,
): Iterable<number> {
  switch (level) {
    case "sentence":
      return [];
    case "phrase":
      return phraseEndsOf(reading.text, chunkerFor(reading.text));
    case "token":
      return tokens.offsets;
    default:
      return level satisfies never;
  }
}
