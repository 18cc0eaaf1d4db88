/**
 * Tokens that are found in a text as they stand, before it is normalised. Pure.
 *
 * @module
 */
import { escapeRegExp } from "./json.js";

/** A token matched as a whole; flags as in `tokenizer.json`. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  /** Takes white space on that side with it. */
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
  /** Only between characters that are no part of a word. */
  readonly singleWord?: boolean;
}

/** A stretch of the text: a token that was found, or text between. */
export interface Section {
  readonly from: number;
  readonly to: number;
  readonly token?: AddedToken;
}

const WORD_CHARACTER = /[\p{L}\p{M}\p{Nd}\p{Pc}]/u;
const SPACE = /\p{White_Space}/u;

/** Makes the function that finds `tokens` in a text: leftmost first, then the longest. */
export function sectionFinder(tokens: readonly AddedToken[]): (text: string) => Section[] {
  const byContent = new Map(tokens.map((token) => [token.content, token]));
  byContent.delete("");
  if (byContent.size === 0) return (text) => [{ from: 0, to: text.length }];
  const contents = [...byContent.keys()].sort((a, b) => b.length - a.length);
  const matcher = new RegExp(contents.map(escapeRegExp).join("|"), "g");
  return (text) => {
    const sections: Section[] = [];
    let at = 0;
    for (const { index, 0: content } of text.matchAll(matcher)) {
      const token = byContent.get(content);
      const end = index + content.length;
      if (token === undefined || (token.singleWord && !standsAlone(text, index, end))) continue;
      if (index < at) continue;
      const from = token.lstrip ? skipSpace(text, index, at) : index;
      if (from > at) sections.push({ from: at, to: from });
      at = token.rstrip ? skipSpace(text, end, text.length) : end;
      sections.push({ from, to: at, token });
    }
    if (at < text.length || text === "") sections.push({ from: at, to: text.length });
    return sections;
  };
}

/** Where white space ends that begins at `at`, going towards `limit`. */
function skipSpace(text: string, at: number, limit: number): number {
  let edge = at;
  if (limit < at) while (edge > limit && SPACE.test(text[edge - 1])) edge--;
  else while (edge < limit && SPACE.test(text[edge])) edge++;
  return edge;
}

function standsAlone(text: string, from: number, to: number): boolean {
  return !WORD_CHARACTER.test(text[from - 1] ?? "") && !WORD_CHARACTER.test(text[to] ?? "");
}
