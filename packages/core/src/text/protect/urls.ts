/**
 * Class "urls": addresses with a scheme, bare web addresses, and e-mail. Pure.
 *
 * @module
 */
import type { Span } from "../types.js";
import { emailSpans } from "./emails.js";
import { trimmedEnd } from "./spans.js";

/** What no address holds unescaped: space, quotes, brackets, the punctuation of Chinese and Japanese. */
const REST = /[^\s<>"`{}|\\^“”‘’«»\u3000-\u3004\u3008-\u301f\uff01-\uff0f\uff1a-\uff20]*/y;
const SCHEME_CHARACTER = /[a-z\d+.-]/i;
const LONGEST_SCHEME = 16;
/** `www.` or a name that ends like a site; then a port or path. Starts only where a name starts. */
const BARE =
  /(?<![\p{L}\p{N}@./_-])(?:(?:www\.|mailto:|tel:)(?=[\p{L}\p{N}+])|(?:[a-z\d-]{1,63}\.){1,6}(?:com|org|net|io|dev|edu|gov|ai|app|info|co|uk|de|fr|es|it|nl|pt|br|ru|cn|jp|kr|in|eu|ch|at|be|ca|au|us)(?![\p{L}\p{N}_-])|localhost(?=:\d)|\d{1,3}(?:\.\d{1,3}){3}(?=[:/]))/giu;
/** What belongs to the sentence around an address. */
const PUNCTUATION = ".,;:!?'*_~";

/** `https://…`, `mailto:…`, `www.…`, `example.com/path`, addresses; without the full stop behind. */
export function urlSpans(text: string): Span[] {
  const spans = emailSpans(text);
  for (let at = text.indexOf("://"); at !== -1; ) {
    const start = schemeStart(text, at);
    const end = start < at ? addressEnd(text, start, at + 3) : at;
    if (end > at + 3) spans.push({ start, end });
    at = text.indexOf("://", Math.max(end, at + 3));
  }
  let last = 0;
  for (const { index, 0: match } of text.matchAll(BARE)) {
    if (index < last) continue;
    last = addressEnd(text, index, index + match.length);
    spans.push({ start: index, end: last });
  }
  return spans;
}

function schemeStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < LONGEST_SCHEME && SCHEME_CHARACTER.test(text[start - 1]))
    start--;
  while (start < at && !/[a-z]/i.test(text[start])) start++;
  return start;
}

/** Where the address goes on to, without the punctuation and the brackets it did not open. */
function addressEnd(text: string, start: number, from: number): number {
  REST.lastIndex = from;
  let end = from + (REST.exec(text)?.[0].length ?? 0);
  let open = 0;
  for (let i = start; i < end; i++) {
    if (text[i] === "(" || text[i] === "[") open++;
    else if (text[i] === ")" || text[i] === "]") open--;
    if (open < 0) end = i;
  }
  return trimmedEnd(text, { start, end }, PUNCTUATION);
}
