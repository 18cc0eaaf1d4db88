/**
 * Class "code": Markdown code. A stand-in until `text/markdown.ts` is there. Pure.
 *
 * @module
 */
import type { Span } from "../types.js";

/** Fenced blocks and inline code, with their backticks. */
export function codeSpans(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf("`"); at !== -1; ) {
    let from = at;
    while (text[from] === "`") from++;
    const fence = text.slice(at, from);
    const close = text.indexOf(fence, from);
    if (close === -1) break;
    spans.push({ start: at, end: close + fence.length });
    at = text.indexOf("`", close + fence.length);
  }
  return spans;
}
