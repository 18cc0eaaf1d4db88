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
  | "target-too-small"
  | "unknown-tokenizer"
  | "unknown-model"
  | "damaged-model"
  | "missing-dependency"
  | "too-many-tokens"
  | "scorer-failed"
  | "ranker-failed"
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

/** The outcome of `work`, or an `aborted` error as soon as `signal` fires, whatever `work` does. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      try {
        throwIfAborted(signal);
      } catch (error) {
        reject(error);
      }
    };
    signal.addEventListener("abort", stop);
    stop();
  });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener("abort", stop));
}
