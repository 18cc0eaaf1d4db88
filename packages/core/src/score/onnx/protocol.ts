/**
 * What the scorer and its worker thread say to each other.
 *
 * @module
 */
import { type ErrorCode, LlmlinguaError } from "../../errors.js";
import type { ScoreStream } from "../types.js";

/** What the worker is started with. */
export interface WorkerSetup {
  /** Absolute path of the model folder. */
  readonly directory: string;
  readonly threads: number;
  /** Whether to check every file's checksum before loading. */
  readonly verify: boolean;
}

/** One call, or the wish to end. */
export type WorkerRequest =
  | {
      readonly type: "score";
      readonly id: number;
      readonly ids: Uint32Array;
      readonly from: number;
      /** Which memory to go on with. */
      readonly stream: ScoreStream;
      /** One number in shared memory; not 0 once the caller has given up. */
      readonly cancelled: Int32Array;
    }
  | { readonly type: "close" };

/** The worker is ready, one call's result, or one call's (or the start's) failure. */
export type WorkerReply =
  | { readonly type: "ready" }
  | { readonly type: "scored"; readonly id: number; readonly logprobs: Float32Array }
  | { readonly type: "failed"; readonly id?: number; readonly error: ErrorRecord };

/** An error that crosses threads. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Puts an error in a form that crosses threads; what is not this library's is `code`. */
export function toErrorRecord(
  error: unknown,
  code: ErrorCode = "scorer-failed",
  what = "model",
): ErrorRecord {
  if (error instanceof LlmlinguaError) return { code: error.code, message: error.message };
  const reason = error instanceof Error ? error.message : String(error);
  return { code, message: `The ${what} failed: ${reason}` };
}

/** The error on the other side. */
export function fromErrorRecord({ code, message }: ErrorRecord): LlmlinguaError {
  return new LlmlinguaError(code, message);
}
