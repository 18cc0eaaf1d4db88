/**
 * JSON from outside, or what is wrong with it.
 *
 * @module
 */
import { UsageError } from "../errors.js";
import { visibleLine } from "../visible.js";

/** Throws UsageError when `json` is not JSON; `name` is the file's, `way` the way out. */
export function parseJson(json: string, name: string, way: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${name} is not JSON: ${visibleLine(message)}. ${way}`);
  }
}
