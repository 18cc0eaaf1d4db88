/**
 * The error of this package: what failed, the value, the way out.
 *
 * @module
 */

export type EvaluationErrorCode =
  /** An option has a value that cannot be. */
  | "invalid-option"
  /** A file or folder of data is not there. */
  | "data-missing"
  /** Data is not as its task's README says; the message names file, line and field. */
  | "data-layout"
  /** The target cannot do what was asked of it. */
  | "target-unfit"
  /** The target failed after all attempts. */
  | "target-failed"
  /** The folder of a run is of another configuration. */
  | "other-run"
  /** The spending cap would be passed. */
  | "budget-reached"
  /** A package that is needed is not installed. */
  | "missing-dependency"
  | "aborted";

export class EvaluationError extends Error {
  override readonly name = "EvaluationError";
  readonly code: EvaluationErrorCode;

  constructor(code: EvaluationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** @throws EvaluationError `aborted` when `signal` has fired */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new EvaluationError("aborted", "Cancelled.", { cause: signal.reason });
}
