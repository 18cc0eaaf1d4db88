/**
 * From spans of the text that was read to the text that comes out: slices of what the caller gave.
 * Pure.
 *
 * @module
 */
import { sliceSpans } from "../restore/render.js";
import { toSource } from "../text/source.js";
import type { Prompt, Span } from "../text/types.js";

/** The same spans in the text that the caller gave, in the same order. */
export function sourceSpans({ source }: Prompt, spans: readonly Span[]): readonly Span[] {
  return source === undefined ? spans : toSource(source, spans);
}

/** What `spans` of the text that was read are of the text that the caller gave. */
export function slicesOf(prompt: Prompt, spans: readonly Span[]): string {
  return sliceSpans(prompt.source?.text ?? prompt.text, sourceSpans(prompt, spans));
}

/** What the caller gave, without markup: what the size of a prompt is a size of. */
export function countedText({ text, source }: Prompt): string {
  if (source === undefined) return text;
  let counted = "";
  let at = 0;
  for (const { start, end } of source.uncounted ?? []) {
    counted += source.text.slice(at, start);
    at = end;
  }
  return counted + source.text.slice(at);
}
