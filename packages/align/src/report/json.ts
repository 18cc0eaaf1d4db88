/**
 * JSON that others wrote, checked. Pure.
 *
 * @module
 */
import type { z } from "zod";

/** What `schema` says of a text; one that is no JSON is `undefined` to it. */
export function parsedBy<T>(schema: z.ZodType<T>, text: string): z.ZodSafeParseResult<T> {
  return schema.safeParse(jsonOrNothing(text));
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
