/**
 * E-mail addresses, for the classes "urls" and "identifiers". Pure.
 *
 * @module
 */
import type { Span } from "../types.js";

const LOCAL = /[\p{Script=Latin}\p{Nd}._%+-]/u;
/** Longest part before the @ (RFC 5321, §4.5.3.1.1). */
const LOCAL_LENGTH = 64;
const DOMAIN = /(?:[\p{Script=Latin}\p{Nd}-]{1,63}\.){1,8}\p{Script=Latin}{2,24}/uy;

/** Every address such as `a.b+c@example.co.uk`, without what stands around it. */
export function emailSpans(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    let start = at;
    while (start > 0 && at - start < LOCAL_LENGTH && LOCAL.test(text[start - 1])) start--;
    while (start < at && text[start] === ".") start++;
    DOMAIN.lastIndex = at + 1;
    const domain = start < at ? DOMAIN.exec(text) : null;
    if (domain) spans.push({ start, end: at + 1 + domain[0].length });
  }
  return spans;
}
