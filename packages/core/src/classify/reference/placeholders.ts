/**
 * The reference's placeholders `[NEW0]` … `[NEW99]` for force tokens that are not one piece. Pure.
 *
 * @module
 */
import { MOST_FORCE_TOKENS } from "../forced.js";
import type { PieceTokenizer } from "../tokenizer/types.js";

/** Placeholders by the force token they stand for, in order. */
export type Placeholders = ReadonlyMap<string, string>;

/**
 * The tokenizer with the placeholders added. One the vocabulary does not have is read as unknown
 * token (the reference: a random vector that depends on the version of transformers).
 */
export function withPlaceholders(tokenizer: PieceTokenizer): PieceTokenizer {
  const names = Array.from({ length: MOST_FORCE_TOKENS }, (_, index) => `[NEW${index}]`);
  return tokenizer.withTokens(
    names.map((content) => ({
      content,
      id: tokenizer.idOf(content) ?? tokenizer.encoderTokens.unknown,
      special: true,
    })),
  );
}

/** Force tokens that need a placeholder. */
export function placeholdersFor(
  forceTokens: readonly string[],
  tokenizer: PieceTokenizer,
): Placeholders {
  const placeholders = new Map<string, string>();
  for (const [index, token] of forceTokens.entries()) {
    const pieces = tokenizer.encode(token, { special: true }).ids.length;
    if (pieces !== 1) placeholders.set(token, `[NEW${index}]`);
  }
  return placeholders;
}

/** `text` with force tokens replaced by their placeholders. */
export function hide(text: string, placeholders: Placeholders): string {
  return Array.from(placeholders).reduce((all, [token, name]) => all.split(token).join(name), text);
}

/** `text` with placeholders replaced by what they stand for. */
export function reveal(text: string, placeholders: Placeholders): string {
  if (!text.includes("[NEW")) return text;
  return Array.from(placeholders).reduce((all, [token, name]) => all.split(name).join(token), text);
}
