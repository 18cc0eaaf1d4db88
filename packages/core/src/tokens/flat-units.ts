/**
 * Units that are decided on by one score each, in one pass: what token classifiers and
 * Selective-Context give.
 *
 * @module
 */

/** Struct of arrays, one entry a unit, in order of the text; units do not overlap. */
export interface FlatUnits {
  /** UTF-16 offsets `start` … `end` into the text that was read; white space between units is no unit. */
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  /** Higher = kept longer; comparable over the whole text. */
  readonly score: Float64Array;
  /** 1 = kept whatever its score. */
  readonly forced: Uint8Array;
}
