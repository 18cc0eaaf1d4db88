/**
 * The error for what is not JSON. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import { placeOf } from "../source.js";

/** An `invalid-prompt` error that names the place and what stands there. */
export function jsonError(text: string, at: number, what: string): LlmlinguaError {
  const found =
    at < text.length ? JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0)) : "the end";
  return new LlmlinguaError(
    "invalid-prompt",
    `Cannot read the JSON: ${what} at ${placeOf(text, at)}, found ${found}.`,
  );
}
