/**
 * Wrong usage, told apart from failed work.
 *
 * @module
 */

/** The command line or its input cannot be used as given; exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Errors that say what failed and the way out, by name rather than by class: their packages load late. */
const KNOWN = ["LlmlinguaError", "EvaluationError", "AlignmentError"];

/** The `code` of such an error. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && KNOWN.includes(error.name) && "code" in error
    ? String(error.code)
    : undefined;
}

/** The `code` of an error of the operating system, such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
