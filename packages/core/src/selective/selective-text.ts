/**
 * Selective-Context as the original package gives it: reduced text and what was removed.
 *
 * Selective-Context 0.1.4, `SelectiveContext.__call__`. For experiments that must be comparable; the
 * recipe for users renders {@link selectiveUnits} instead, which keeps the text's white space.
 *
 * @module
 */
import { selectByPercentile } from "./percentile.js";
import { readSentences } from "./read.js";
import type { ScoredSentence } from "./sentence-units.js";
import type { SelectiveLevel, SelectiveUnitsOptions } from "./types.js";

/** Options of {@link selectiveText}. */
export interface SelectiveTextOptions extends SelectiveUnitsOptions {
  /** Share of the units to drop, 0 … 1; default 0.35. */
  readonly reduceRatio?: number;
}

export interface SelectiveText {
  /** What is left, white space collapsed. */
  readonly text: string;
  /** The dropped units as the original lists them: phrases with the space in front. */
  readonly removed: readonly string[];
  /** Units that score below it were dropped; NaN for a text without units. */
  readonly threshold: number;
}

/**
 * The text without the units the scorer could best guess, joined as the original joins them: sentences
 * by one space (two around a dropped one), phrases and tokens by nothing. The first phrase of every
 * sentence but the first gets a space in front; tokens do not, so that sentences run together.
 *
 * @throws LlmlinguaError `invalid-option`, `missing-dependency`, `aborted`, `scorer-failed`, `closed`
 */
export async function selectiveText(
  text: string,
  { reduceRatio = 0.35, ...options }: SelectiveTextOptions,
): Promise<SelectiveText> {
  selectByPercentile({ score: new Float64Array(0) }, reduceRatio);
  const { level = "phrase" } = options;
  const sentences = await readSentences(text, options);
  const units = sentences.flatMap((sentence, index) => textsOf(sentence, level, index === 0));
  const score = Float64Array.from(sentences.flatMap(({ scores }) => Array.from(scores)));
  const { kept, threshold } = selectByPercentile({ score }, reduceRatio);
  const left = units.map((unit, index) => (kept[index] === 1 ? unit : ""));
  return {
    text: left.join(level === "sentence" ? " " : ""),
    removed: units.filter((_, index) => kept[index] === 0),
    threshold,
  };
}

function textsOf({ reading, ends }: ScoredSentence, level: SelectiveLevel, isFirst: boolean) {
  const lead = level === "phrase" && !isFirst ? " " : "";
  return ends.map((end, unit) =>
    unit === 0 ? lead + reading.text.slice(0, end) : reading.text.slice(ends[unit - 1], end),
  );
}
