/**
 * The error of this package: what failed, the value, the way out.
 *
 * @module
 */

export type AlignmentErrorCode =
  /** An option has a value that cannot be. */
  | "invalid-option"
  /** A file or folder is not there, or cannot be read. */
  | "data-missing"
  /** A line of data is damaged; the message names file, line and field. */
  | "data-layout"
  /** There is nothing, or too little, to train or measure with. */
  | "too-few-pairs"
  /** The base model is not the one that the graphs or the adapter are for. */
  | "other-base"
  /** A folder is of another collection or training. */
  | "other-run"
  /** The loss is no number any more, or grew beyond all measure. */
  | "diverged"
  /** A training ended without adapters that are better than none. */
  | "not-better"
  /** The target failed after all attempts. */
  | "target-failed"
  /** The spending cap would be passed. */
  | "budget-reached"
  /** Writing failed, as on a full disk. */
  | "write-failed"
  | "aborted";

export class AlignmentError extends Error {
  override readonly name = "AlignmentError";
  readonly code: AlignmentErrorCode;

  constructor(code: AlignmentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** @throws AlignmentError `aborted` when `signal` has fired */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AlignmentError("aborted", "Cancelled.", { cause: signal.reason });
}
