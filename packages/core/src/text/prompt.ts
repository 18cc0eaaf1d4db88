/**
 * From what callers give to one text with parts. Pure.
 *
 * LLMLingua §3: a prompt is instruction, demonstrations (here: contexts) and question.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { isCharacterEdge } from "./segments.js";
import type { PartKind, Prompt, PromptInput, PromptPart, Span } from "./types.js";

/** What a prompt in parts may hold. */
const NAMES: readonly string[] = [
  "instruction",
  "contexts",
  "question",
] satisfies (keyof PromptInput)[];

/** Put between parts that are given one by one. */
const JOINT = "\n\n";

/** One or more blank lines; the indentation of what follows stays with what follows. */
const BLANK_LINES = /\r?\n(?:[^\S\r\n]*\r?\n)+/g;

/**
 * Reads a prompt: one text, whose blank-line blocks become contexts; its parts, which are joined by
 * blank lines; or a prompt that was made before, which is checked.
 *
 * @throws LlmlinguaError `invalid-prompt` when something else is given than strings under these names
 */
export function promptOf(input: string | PromptInput | Prompt): Prompt {
  if (isPrompt(input)) return checkedPrompt(input);
  if (typeof input === "string") return { text: input, parts: blockParts(input, 0) };
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw invalid("prompt", input, "a string or { instruction, contexts, question }");
  }
  const unknown = Object.keys(input).find((key) => !NAMES.includes(key));
  if (unknown !== undefined) {
    throw new LlmlinguaError(
      "invalid-prompt",
      `Cannot read a prompt with ${unknown}; its parts are ${NAMES.join(", ")}.`,
    );
  }
  const pieces: { kind: PartKind; text: string; blocks: boolean }[] = [];
  if (isGiven(input.instruction))
    pieces.push(piece("instruction", input.instruction, "instruction"));
  for (const [i, context] of contextsOf(input.contexts).entries()) {
    const blocks = typeof input.contexts === "string";
    pieces.push({ ...piece("context", context, `contexts[${i}]`), blocks });
  }
  if (isGiven(input.question)) pieces.push(piece("question", input.question, "question"));
  return joinPieces(pieces);
}

function isPrompt(input: unknown): input is Prompt {
  return typeof input === "object" && input !== null && "text" in input && "parts" in input;
}

const KINDS: readonly unknown[] = ["instruction", "context", "question"] satisfies PartKind[];

/** @throws LlmlinguaError `invalid-prompt` unless parts are in order, inside the text and apart */
function checkedPrompt(prompt: Prompt): Prompt {
  const { text, parts, verbatim = [] } = prompt;
  if (typeof text !== "string") throw invalid("text", text, "a string");
  if (!Array.isArray(parts)) throw invalid("parts", parts, "an array");
  if (!Array.isArray(verbatim)) throw invalid("verbatim", verbatim, "an array");
  let at = 0;
  for (const [i, part] of parts.entries()) {
    const { kind, start, end, rate = 1 } = (part ?? {}) as PromptPart;
    const lies = Number.isInteger(start) && Number.isInteger(end) && start >= at && end >= start;
    const isRate = typeof rate === "number" && rate > 0 && rate <= 1;
    if (!lies || end > text.length || !isRate || !KINDS.includes(kind)) {
      throw new LlmlinguaError(
        "invalid-prompt",
        `Cannot read parts[${i}] (${String(kind)}, ${start} to ${end}, rate ${String(rate)}): parts are ${KINDS.join(", ")}, in order and apart within the ${text.length} characters of text, and rates are above 0, at most 1.`,
      );
    }
    at = end;
  }
  return prompt;
}

function contextsOf(contexts: PromptInput["contexts"]): readonly string[] {
  if (contexts === undefined || !isGiven(contexts)) return [];
  if (typeof contexts === "string") return [contexts];
  if (!Array.isArray(contexts)) throw invalid("contexts", contexts, "a string or strings");
  return contexts;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

function piece(kind: PartKind, text: unknown, name: string) {
  if (typeof text !== "string") throw invalid(name, text, "a string");
  return { kind, text, blocks: false };
}

function invalid(name: string, value: unknown, expected: string): LlmlinguaError {
  const found = value === null ? "null" : Array.isArray(value) ? "an array" : typeof value;
  return new LlmlinguaError(
    "invalid-prompt",
    `Cannot read ${name}: expected ${expected}, got ${found}.`,
  );
}

function joinPieces(pieces: readonly { kind: PartKind; text: string; blocks: boolean }[]): Prompt {
  const parts: PromptPart[] = [];
  let text = "";
  let contexts = 0;
  for (const { kind, text: own, blocks } of pieces) {
    if (text !== "") text += JOINT;
    const start = text.length;
    text += own;
    if (kind === "context") {
      const found = blocks ? blockParts(own, start) : [contextPart(start, text.length)];
      for (const part of found) parts.push({ ...part, index: contexts++ });
    } else {
      parts.push({ kind, index: 0, start, end: text.length });
    }
  }
  return { text, parts };
}

function contextPart(start: number, end: number): PromptPart {
  return { kind: "context", index: 0, start, end };
}

function blockParts(text: string, base: number): PromptPart[] {
  return blockSpans(text).map(({ start, end }, index) => ({
    kind: "context",
    index,
    start: base + start,
    end: base + end,
  }));
}

/** Spans of the blank-line separated blocks of `text` that hold more than whitespace. */
export function blockSpans(text: string): Span[] {
  const spans: Span[] = [];
  let start = 0;
  const close = (end: number) => {
    const block = text.slice(start, end);
    const lead = block.length - block.trimStart().length;
    const leadLines = block.slice(0, lead).lastIndexOf("\n") + 1;
    if (lead === block.length) return;
    const last = start + block.trimEnd().length;
    spans.push({ start: start + leadLines, end: isCharacterEdge(text, last) ? last : last + 1 });
  };
  for (const match of text.matchAll(BLANK_LINES)) {
    close(match.index);
    start = match.index + match[0].length;
  }
  close(text.length);
  return spans;
}
