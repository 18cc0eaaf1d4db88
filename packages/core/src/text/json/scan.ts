/**
 * Reads JSON into a list of spans, strictly as RFC 8259 (and `JSON.parse`) has it. Pure.
 *
 * Nothing is converted, so numbers, keys that come twice, order and formatting stay as they are.
 * Without recursion: nesting may be as deep as the text is long.
 *
 * @module
 */
import type { Span } from "../types.js";
import { jsonError } from "./error.js";
import { numberEnd, stringEnd, wordEnd } from "./scalars.js";

/** A value in the text. */
export interface JsonNode extends Span {
  readonly kind: "object" | "array" | "string" | "scalar";
  /** Index of the object or array that holds it; −1 for the root. */
  readonly parent: number;
  /** Its key with the quotes; absent in arrays and for the root. */
  readonly key?: Span;
  /** Which of its parent's items it is, from 0. */
  readonly index: number;
  /** Where its pair starts, or it itself in an array. */
  readonly itemStart: number;
  /** Where what comes before its pair ends; `itemStart` for the first: between the two is a comma. */
  readonly leadStart: number;
}

type OpenNode = { -readonly [Name in keyof JsonNode]: JsonNode[Name] } & {
  items: number;
  lastEnd: number;
};

/**
 * All values of a JSON text, in the order in which they start; the root is the first.
 *
 * @throws LlmlinguaError `invalid-prompt`, with line, column and what was expected
 */
export function scanJson(text: string): JsonNode[] {
  const nodes: OpenNode[] = [];
  let parent = -1;
  let at = skipSpace(text, 0);
  for (;;) {
    const node = readItem(text, at, nodes, parent);
    nodes.push(node);
    at = node.end;
    if (node.kind === "object" || node.kind === "array") {
      parent = nodes.length - 1;
      at = skipSpace(text, at);
      if (text[at] !== CLOSERS[node.kind]) continue;
    }
    for (at = skipSpace(text, at); parent >= 0; at = skipSpace(text, at)) {
      const open = nodes[parent];
      if (text[at] !== CLOSERS[open.kind]) break;
      open.end = ++at;
      parent = open.parent;
      if (parent >= 0) nodes[parent].lastEnd = at;
    }
    if (parent < 0) break;
    const wanted = `, or ${CLOSERS[nodes[parent].kind]}`;
    if (text[at] !== ",") throw jsonError(text, at, `expected ${wanted} after a value`);
    at = skipSpace(text, at + 1);
  }
  if (at < text.length) throw jsonError(text, at, "expected the end of the text");
  return nodes;
}

const CLOSERS = { object: "}", array: "]", string: "", scalar: "" } as const;

/** One pair or array item (or the root) at `at`; of an object or array only its first character. */
function readItem(text: string, at: number, nodes: readonly OpenNode[], parent: number): OpenNode {
  const open = parent < 0 ? undefined : nodes[parent];
  let start = at;
  let key: Span | undefined;
  if (open?.kind === "object") {
    if (text[at] !== '"') throw jsonError(text, at, "expected a key in double quotes");
    key = { start: at, end: stringEnd(text, at) };
    const colon = skipSpace(text, key.end);
    if (text[colon] !== ":") throw jsonError(text, colon, "expected : after a key");
    start = skipSpace(text, colon + 1);
  }
  const { kind, end } = valueAt(text, start);
  const index = open?.items ?? 0;
  const leadStart = open === undefined || index === 0 ? at : open.lastEnd;
  if (open) {
    open.items++;
    open.lastEnd = end;
  }
  const node = { kind, parent, index, itemStart: at, leadStart, start, end, items: 0, lastEnd: 0 };
  return key === undefined ? node : { ...node, key };
}

function valueAt(text: string, at: number): { kind: JsonNode["kind"]; end: number } {
  const first = text[at];
  if (first === "{") return { kind: "object", end: at + 1 };
  if (first === "[") return { kind: "array", end: at + 1 };
  if (first === '"') return { kind: "string", end: stringEnd(text, at) };
  const end = numberEnd(text, at) ?? wordEnd(text, at);
  if (end === undefined) throw jsonError(text, at, "expected a value");
  return { kind: "scalar", end };
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break;
  }
  return at;
}

/** Whether all of `text` is one JSON object, array or string (a number alone is not meant). */
export function isJsonDocument(text: string): boolean {
  if (!/^[ \t\r\n]*[{["]/.test(text) || !/[}\]"]$/.test(text.trimEnd())) return false;
  try {
    scanJson(text);
    return true;
  } catch {
    return false;
  }
}
