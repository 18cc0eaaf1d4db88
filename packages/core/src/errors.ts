/**
 * Every error this library throws on purpose: what failed, the value, the way out.
 *
 * @module
 */

/** Stable names of what can go wrong; safe to switch on. */
export type ErrorCode =
  | "invalid-option"
  | "invalid-prompt"
  | "protected-too-large"
  | "unknown-tokenizer"
  | "unknown-model"
  | "damaged-model"
  | "missing-dependency"
  | "too-many-tokens"
  | "scorer-failed"
  | "closed"
  | "aborted";

/** The one error class of this library; `code` is stable, `message` is for people. */
export class LlmlinguaError extends Error {
  override readonly name = "LlmlinguaError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Throws an `aborted` error (with the signal's reason as cause) when `signal` has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new LlmlinguaError("aborted", "Compression was cancelled by its AbortSignal.", {
      cause: signal.reason,
    });
  }
}
