/**
 * The one interface behind which documents are ranked for a question.
 *
 * @module
 */

export interface RankOptions {
  readonly signal?: AbortSignal;
}

/** Says how useful each text is for answering a query. */
export interface Ranker {
  /** Name for reports and errors, e.g. `bm25`. */
  readonly name: string;
  /**
   * One finite score for each text, in their order, higher = more useful; comparable within one
   * call only. Ties are broken by position by whoever sorts.
   *
   * @param query - not empty
   * @param texts - documents or sentences; may be empty strings
   * @throws LlmlinguaError `ranker-failed` (too few or non-finite scores, an HTTP error), `aborted`,
   * `missing-dependency`
   */
  score(query: string, texts: readonly string[], options?: RankOptions): Promise<Float64Array>;
}
