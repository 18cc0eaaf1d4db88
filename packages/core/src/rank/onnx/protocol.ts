/**
 * What a loaded encoder and its worker thread say to each other.
 *
 * @module
 */
import { type ErrorRecord, toErrorRecord } from "../../score/onnx/protocol.js";

/** How the vectors of tokens become one vector of a text. */
export type Pooling = "mean" | "cls";

/** What the worker is started with; what is left out is read from the folder. */
export interface EncoderSetup {
  /** `embed`: vectors of texts; `rerank`: one score for a query and a text. */
  readonly task: "embed" | "rerank";
  /** Absolute path of the model folder. */
  readonly directory: string;
  readonly threads: number;
  /** Path of the ONNX file inside the folder. */
  readonly graph?: string;
  readonly maxTokens?: number;
  readonly pooling?: Pooling;
  readonly normalize?: boolean;
}

/** What the worker found in the folder. */
export interface EncoderInfo {
  /** Most tokens of one text (or pair) that are read, special tokens included. */
  readonly maxTokens: number;
  /** Put before texts of each kind, as the model was trained; empty where the folder names none. */
  readonly prefixes: { readonly query: string; readonly document: string };
}

/** One call, or the wish to end. */
export type EncoderRequest =
  | {
      readonly type: "run";
      readonly id: number;
      readonly texts: readonly string[];
      /** What every text is paired with; present in the task `rerank`. */
      readonly query?: string;
      /** One number in shared memory; not 0 once the caller has given up. */
      readonly cancelled: Int32Array;
    }
  | { readonly type: "close" };

/** The worker is ready, one call's result, or one call's (or the start's) failure. */
export type EncoderReply =
  | { readonly type: "ready"; readonly info: EncoderInfo }
  /** One vector for each text; a score is a vector of one number. */
  | { readonly type: "done"; readonly id: number; readonly rows: Float32Array[] }
  | { readonly type: "failed"; readonly id?: number; readonly error: ErrorRecord };

/** Puts an error in a form that crosses threads; what is not this library's is `ranker-failed`. */
export function encoderError(error: unknown): ErrorRecord {
  return toErrorRecord(error, "ranker-failed", "encoder");
}
