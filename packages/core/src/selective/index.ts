/**
 * Selective-Context (Li et al., 2023): the baseline that LLMLingua is measured against.
 *
 * @module
 */
export { loadEnglishChunker } from "./english.js";
export { type PercentileChoice, percentile, selectByPercentile } from "./percentile.js";
export { type SelectiveText, type SelectiveTextOptions, selectiveText } from "./selective-text.js";
export type {
  PhraseChunker,
  PhraseScore,
  SelectiveLevel,
  SelectiveUnitsOptions,
} from "./types.js";
export { selectiveUnits } from "./units.js";
export { wordChunker } from "./words.js";
