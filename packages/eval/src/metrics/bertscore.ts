/**
 * BERTScore: how well the tokens of two texts match, by the vectors that an encoder gives them.
 *
 * Zhang et al. (2020), as the package `bert-score` 0.3.13 computes F1 without idf and without a
 * baseline, of the last layer of the encoder. Special tokens are matched with, but do not count.
 * Negative scores are 0, and padding never counts as a cosine of 0, as it can in that package's batches.
 *
 * @module
 */
import {
  type LoadEncoderOptions,
  loadTokenEmbedder,
  type TokenVectors,
} from "@llmlingua/core/rank/onnx";
import type { Scores } from "./scores.js";

/** BERTScore over one open encoder. */
export interface BertScorer {
  /** Name of the encoder: scores of different encoders cannot be compared. */
  readonly name: string;
  /** `bertscore`: F1, 0 … 1; the best of the references, 0 where there are none. */
  score(
    answer: string,
    answers: readonly string[],
    options?: { readonly signal?: AbortSignal },
  ): Promise<Scores>;
  /** Frees the encoder. */
  close(): Promise<void>;
}

/**
 * Opens an encoder in a folder as the Hugging Face hub has them (`onnx/model.onnx`, `tokenizer.json`).
 *
 * Texts longer than `maxTokens` (default what the folder says, at most 512) keep their first tokens.
 *
 * @throws LlmlinguaError `unknown-model`, `damaged-model`, `unknown-tokenizer`, `missing-dependency`,
 * `invalid-option`
 */
export async function loadBertScorer(
  directory: string | URL,
  options: LoadEncoderOptions = {},
): Promise<BertScorer> {
  const embedder = await loadTokenEmbedder(directory, options);
  return {
    name: embedder.name,
    async score(answer, answers, { signal } = {}) {
      const [got, ...wanted] = await embedder.embed([answer, ...answers], { signal });
      return { bertscore: Math.max(0, ...wanted.map((want) => bertScoreF1(got, want))) };
    },
    close: () => embedder.close(),
  };
}

/** F1 of greedy matching by cosine, at most 1; 0 where a text has nothing but special tokens. */
function bertScoreF1(got: TokenVectors, want: TokenVectors): number {
  const { rows, columns } = bestCosines(got, want);
  const precision = meanOf(rows, got.special);
  const recall = meanOf(columns, want.special);
  return precision + recall > 0 ? Math.min(1, (2 * precision * recall) / (precision + recall)) : 0;
}

/** For each token of either text the cosine with the nearest one of the other. */
function bestCosines(
  first: TokenVectors,
  second: TokenVectors,
): { readonly rows: Float64Array; readonly columns: Float64Array } {
  const a = unitVectors(first);
  const b = unitVectors(second);
  const rows = new Float64Array(first.special.length).fill(-1);
  const columns = new Float64Array(second.special.length).fill(-1);
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < columns.length; j++) {
      let cosine = 0;
      const [at, bt] = [i * first.dimension, j * second.dimension];
      for (let k = 0; k < first.dimension; k++) cosine += a[at + k] * b[bt + k];
      if (cosine > rows[i]) rows[i] = cosine;
      if (cosine > columns[j]) columns[j] = cosine;
    }
  }
  return { rows, columns };
}

function unitVectors({ data, dimension }: TokenVectors): Float32Array {
  const unit = Float32Array.from(data);
  for (let at = 0; at < unit.length; at += dimension) {
    const vector = unit.subarray(at, at + dimension);
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    for (let k = 0; k < dimension; k++) vector[k] /= length || 1;
  }
  return unit;
}

/** Mean over the tokens that are not special; 0 of none. */
function meanOf(values: Float64Array, special: readonly boolean[]): number {
  let sum = 0;
  let count = 0;
  for (const [index, value] of values.entries()) {
    if (special[index]) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}
