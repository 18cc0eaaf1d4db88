/**
 * The interface behind which encoders run that say of every token whether it should stay.
 *
 * @module
 */
import type { PieceTokenizer } from "./tokenizer/types.js";

export interface ClassifyChunksOptions {
  readonly signal?: AbortSignal;
  /** Called after each chunk with the tokens read so far and those of all chunks. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** An encoder with two labels per token (LLMLingua-2, Pan et al., 2024, §4). Stateless to the caller. */
export interface TokenClassifier {
  /** Name for reports, e.g. `llmlingua-2-bert-base-multilingual-cased-meetingbank`. */
  readonly name: string;
  /** How its tokens show where words begin. */
  readonly family: "bert" | "xlm-roberta";
  readonly tokenizer: PieceTokenizer;
  /** Most tokens a chunk may hold, start and end token included. */
  readonly maxTokens: number;
  /**
   * P(preserve), 0 … 1, of every token of every chunk, in order. Chunks are read one by one and do not
   * influence each other; each is read as given, so it should begin and end with the tokenizer's
   * `encoderTokens.start` and `.end`.
   *
   * @throws LlmlinguaError `too-many-tokens`, `invalid-option`, `aborted`, `closed`, `scorer-failed`
   */
  classify(
    chunks: readonly Uint32Array[],
    options?: ClassifyChunksOptions,
  ): Promise<readonly Float32Array[]>;
  /** Frees the model. Later calls fail with `closed`. */
  close(): Promise<void>;
}
