/**
 * A prompt whose rates stand in it: `<llmlingua rate=0.3>…</llmlingua>`. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { blockSpans } from "./prompt.js";
import { type SourceBuilder, sourceBuilder } from "./source.js";
import { tagError, tagsOf } from "./tags-scan.js";
import type { Prompt, PromptPart, Span } from "./types.js";

/** What stands before and after the tagged text, joined to it by a blank line. */
export interface TaggedOptions {
  readonly instruction?: string;
  readonly question?: string;
}

const JOINT = "\n\n";

/** A stretch of the text that is read; in a tag, one part with the tag's rate. */
interface Stretch extends Span {
  readonly isTagged: boolean;
  readonly rate?: number;
}

/**
 * Reads a text with tags. `<llmlingua rate=0.3>` gives what follows, up to `</llmlingua>`, a rate of
 * its own, `compress=false` keeps it verbatim whatever the rate, and without either it is one context
 * at the rate of the call. Attributes come in any order, set apart by spaces or commas, quoted or not
 * (the reference's `<llmlingua, rate=0.5, compress=False>` too). Text outside tags is kept: its
 * blank-line blocks are contexts. Only `<llmlingua` before a space, a comma or `>` is a tag; a
 * backslash before a tag makes it text, and is itself not read.
 *
 * The text that is read has no tags; they stay in `source.text`, where they do not count.
 *
 * @throws LlmlinguaError `invalid-prompt`, with line and column, for a tag that is not closed, not
 * opened, in another tag, or whose attributes are unknown, given twice or out of range
 */
export function taggedPrompt(tagged: string, options: TaggedOptions = {}): Prompt {
  const { instruction = "", question = "" } = options;
  for (const [name, value] of Object.entries({ tagged, instruction, question })) {
    if (typeof value === "string") continue;
    throw new LlmlinguaError(
      "invalid-prompt",
      `Cannot read ${name}: expected a string, got ${typeof value}.`,
    );
  }
  const before = instruction + (instruction !== "" && tagged !== "" ? JOINT : "");
  const after = (question !== "" && instruction + tagged !== "" ? JOINT : "") + question;
  const given = before + tagged + after;
  const builder = sourceBuilder(given);
  builder.copy(0, before.length);
  const stretches = readTagged(tagged, before.length, builder);
  builder.copy(given.length - after.length, given.length);
  const { text, pieces, uncounted } = builder.build();

  const parts: PromptPart[] = [];
  if (instruction !== "") {
    parts.push({ kind: "instruction", index: 0, start: 0, end: instruction.length });
  }
  parts.push(...contextParts(text, stretches));
  if (question !== "") {
    const start = text.length - question.length;
    parts.push({ kind: "question", index: 0, start, end: text.length });
  }
  return text === given
    ? { text, parts, form: "tagged" }
    : { text, parts, form: "tagged", source: { text: given, pieces, uncounted } };
}

/** Reads `tagged`, which stands at `base` of the source, into `builder`. */
function readTagged(tagged: string, base: number, builder: SourceBuilder): Stretch[] {
  const stretches: Stretch[] = [];
  let open: { at: number; rate?: number } | undefined;
  let start = builder.length;
  let done = 0;
  const close = () => {
    const own = open?.rate === undefined ? {} : { rate: open.rate };
    stretches.push({ start, end: builder.length, isTagged: open !== undefined, ...own });
    start = builder.length;
  };
  for (const tag of tagsOf(tagged)) {
    builder.copy(base + done, base + tag.start);
    builder.skip(base + tag.start, base + tag.end, { counted: false });
    done = tag.end;
    if (tag.kind === "escape") continue;
    if (tag.kind === "close" && !open) throw tagError(tagged, tag.start, "no tag is open here");
    if (tag.kind === "open" && open) {
      throw tagError(tagged, tag.start, "another tag is still open; tags do not nest");
    }
    close();
    open = tag.kind === "open" ? { at: tag.start, rate: tag.rate } : undefined;
  }
  if (open) throw tagError(tagged, open.at, "it is never closed; end its text with </llmlingua>");
  builder.copy(base + done, base + tagged.length);
  close();
  return stretches;
}

function contextParts(text: string, stretches: readonly Stretch[]): PromptPart[] {
  const parts: PromptPart[] = [];
  for (const { start, end, isTagged, rate } of stretches) {
    const own = text.slice(start, end);
    const spans = isTagged ? wholeSpan(own) : blockSpans(own);
    for (const span of spans) {
      const part: PromptPart = {
        kind: "context",
        index: parts.length,
        start: start + span.start,
        end: start + span.end,
      };
      parts.push(rate === undefined ? part : { ...part, rate });
    }
  }
  return parts;
}

function wholeSpan(text: string): Span[] {
  return text.trim() === "" ? [] : [{ start: 0, end: text.length }];
}
