/**
 * Wrong usage, told apart from failed work.
 *
 * @module
 */

/** The command line or its input cannot be used as given; exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The `code` of a `LlmlinguaError`, by name rather than by class: the library loads late. */
export function llmlinguaCode(error: unknown): string | undefined {
  return error instanceof Error && error.name === "LlmlinguaError" && "code" in error
    ? String(error.code)
    : undefined;
}

/** The `code` of an error of the operating system, such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
