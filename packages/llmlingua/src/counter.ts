/**
 * The counter that a `tokenizer` setting means.
 *
 * @module
 */
import { LlmlinguaError, type TokenCounter } from "@llmlingua/core";
import { loadTokenCounter } from "./tokenizer.js";

/** Name of the tokenizer that sizes are counted in unless another is asked for. */
export const DEFAULT_TOKENIZER = "cl100k_base";

/** Counters by name, the last used last: loading one takes a tenth of a second or more. */
const loaded = new Map<string, Promise<TokenCounter>>();

/** How many counters are kept; a vocabulary takes some tens of megabytes. */
const MOST_KEPT = 4;

/**
 * How to get the counter: a named one is loaded when first asked for, and kept.
 *
 * @throws LlmlinguaError `invalid-option` for what is neither a name nor a counter
 */
export function counterOf(
  tokenizer: string | TokenCounter = DEFAULT_TOKENIZER,
): () => Promise<TokenCounter> {
  if (typeof tokenizer === "string") return () => namedCounter(tokenizer);
  if (typeof tokenizer?.count === "function") return async () => tokenizer;
  throw new LlmlinguaError(
    "invalid-option",
    `tokenizer is ${describe(tokenizer)}; it must be a name or a counter with count(text). counterFromTokenizer makes one from a Tokenizer.`,
  );
}

function describe(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? "an object without the method count" : `a ${typeof value}`;
}

function namedCounter(name: string): Promise<TokenCounter> {
  const counter = loaded.get(name) ?? loadTokenCounter(name);
  loaded.delete(name);
  loaded.set(name, counter);
  for (const oldest of loaded.keys()) {
    if (loaded.size <= MOST_KEPT) break;
    loaded.delete(oldest);
  }
  counter.catch(() => {
    if (loaded.get(name) === counter) loaded.delete(name);
  });
  return counter;
}
