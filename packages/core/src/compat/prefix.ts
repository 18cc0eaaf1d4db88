/**
 * The question in front of the token pass, and how many tokens it takes there.
 *
 * @module
 */
import { lengthOf } from "./rank.js";
import type { ReferenceModel } from "./types.js";

/** What follows the prefix, and joins contexts. */
export const SEPARATOR = "\n\n";

/** Tokens at the front that stay when a prefix is too long for the model. */
const HEAD = 100;

/** The prefix, without its middle when two windows would not fit beside it. */
export function fitPrefix(model: ReferenceModel, prefix: string, iterativeSize: number): string {
  const windows = 2 * iterativeSize;
  if (lengthOf(model, prefix + SEPARATOR) + windows <= model.maxPositions) return prefix;
  const ids = [...model.tokenizer.encode(prefix).ids];
  const tail = ids.slice(ids.length - model.maxPositions + 2 + HEAD + windows);
  return model.tokenizer.decode([...ids.slice(0, HEAD), ...tail]);
}

/**
 * S: the smallest number of leading tokens that decode to the prefix and its separator when the
 * first context follows; if there is none (a token crosses the border), all but one, as in the reference.
 */
export function prefixLength(model: ReferenceModel, prefix: string, context: string): number {
  const { tokenizer } = model;
  const front = prefix + SEPARATOR;
  const { ids } = tokenizer.encode(front + [...context.slice(0, 200)].slice(0, 100).join(""));
  for (let i = Math.max(tokenizer.encode(front).ids.length - 3, 1); i < ids.length; i++) {
    if (tokenizer.decode(ids.subarray(0, i)) === front) return i;
  }
  return Math.max(1, ids.length - 1);
}
