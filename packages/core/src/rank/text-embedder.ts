/**
 * The interface behind which texts become vectors.
 *
 * @module
 */

/** What a text is to a search; many models read the two differently. */
export type TextKind = "query" | "document";

/** Options of {@link TextEmbedder.embed}. */
export interface EmbedOptions {
  readonly kind: TextKind;
  readonly signal?: AbortSignal;
}

/** A sentence encoder, in process or behind HTTP. */
export interface TextEmbedder {
  /** Name for reports and errors, e.g. `all-MiniLM-L6-v2`. */
  readonly name: string;
  /**
   * One vector for each text, in their order, all of one length, finite.
   *
   * @param texts - none of them blank; may be an empty list
   * @throws LlmlinguaError `ranker-failed`, `aborted`, `closed`
   */
  embed(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]>;
  /** Frees what the embedder holds; may be called twice. */
  close(): Promise<void>;
}
