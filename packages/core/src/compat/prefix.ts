/**
 * The question in front of the token pass, and how many tokens it takes there.
 *
 * @module
 */
import { concat } from "./arrays.js";
import type { MeteredModel } from "./metered.js";
import { lengthOf } from "./rank.js";

/** What follows the prefix, and joins contexts. */
export const SEPARATOR = "\n\n";

/** Tokens at the front that stay when a prefix is too long for the model. */
const HEAD = 100;

/** The prefix, without its middle when two windows would not fit beside it. */
export async function fitPrefix(
  model: MeteredModel,
  prefix: string,
  iterativeSize: number,
): Promise<string> {
  const windows = 2 * iterativeSize;
  const length = await lengthOf(model, prefix + SEPARATOR);
  if (length + windows <= model.maxPositions) return prefix;
  const { ids } = await model.encode(prefix);
  const tail = ids.slice(ids.length - model.maxPositions + 2 + HEAD + windows);
  return model.tokenizer.decode(concat([ids.subarray(0, HEAD), tail]));
}

/**
 * S: the smallest number of leading tokens that decode to the prefix and its separator when the
 * first context follows; if there is none (a token crosses the border), all but one, as in the reference.
 */
export async function prefixLength(
  model: MeteredModel,
  prefix: string,
  context: string,
): Promise<number> {
  const front = prefix + SEPARATOR;
  const { ids } = await model.encode(front + [...context.slice(0, 200)].slice(0, 100).join(""));
  const alone = (await model.encode(front)).ids.length;
  for (let i = Math.max(alone - 3, 1); i < ids.length; i++) {
    await model.pause();
    if (model.tokenizer.decode(ids.subarray(0, i)) === front) return i;
  }
  return Math.max(1, ids.length - 1);
}
