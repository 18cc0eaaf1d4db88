/**
 * JSON as a prompt: its strings are read and compressed, all else stays. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import { type SourceBuilder, sourceBuilder } from "../source.js";
import type { Prompt, PromptPart, Span } from "../types.js";
import { finishItems, type JsonItem } from "./finish.js";
import { applyRules, type JsonRule, type JsonRules } from "./rules.js";
import { type JsonNode, scanJson } from "./scan.js";
import { isText, readContents } from "./strings.js";

export interface JsonOptions {
  /**
   * `keep` (default): every pair and item stays; only texts (strings of 12 words or more, and what a rule
   * names) get shorter. `optional`: a pair or item
   * that is no text (a number, a word, a string of fewer than 12 words) may be dropped as a whole,
   * unless a rule gives it a rate or keeps it verbatim.
   */
  readonly pairs?: "keep" | "optional";
  /** A rate of its own, (0, 1], for every text without a rule; default: the rate of the call. */
  readonly rate?: number;
}

export interface JsonPrompt extends Prompt {
  /** Paths of rules that match nothing in the text. */
  readonly unmatched: readonly string[];
}

/** What a walk over the values has collected so far. */
interface Reading {
  readonly text: string;
  readonly builder: SourceBuilder;
  readonly parts: PromptPart[];
  readonly items: JsonItem[];
  /** Up to here the source is read or skipped. */
  done: number;
}

/**
 * Reads a JSON text. Its texts (strings of 12 words or more, and strings that a rule gives a rate or
 * `compress: true`) are contexts, read without escapes, each at the rate of its rule or of the call;
 * brackets, keys, numbers and other strings are verbatim. What is left is always JSON again,
 * and without `drop` and `pairs: "optional"` it has the same keys, types and lengths.
 *
 * @throws LlmlinguaError `invalid-prompt` when `text` is not JSON, with line and column;
 * `invalid-option` for a rule that cannot be read or drops everything
 */
export function jsonPrompt(
  text: string,
  rules: JsonRules = {},
  options: JsonOptions = {},
): JsonPrompt {
  checkArguments(text, rules, options);
  const nodes = scanJson(text);
  const { ruling, unmatched } = applyRules(text, nodes, rules);
  if (ruling[0]?.drop === true) {
    throw new LlmlinguaError(
      "invalid-option",
      "A JSON rule drops the whole text; name what is in it.",
    );
  }
  const reading: Reading = { text, builder: sourceBuilder(text), parts: [], items: [], done: 0 };
  const isStarted = new Set<number>();
  for (const [i, node] of nodes.entries()) {
    if (node.start < reading.done) continue;
    const isFirst = node.parent >= 0 && !isStarted.has(node.parent);
    copyTo(reading, node.leadStart);
    const isDropped = ruling[i]?.drop === true;
    if (isDropped || isFirst) reading.done = isDropped ? node.end : node.itemStart;
    if (isDropped) continue;
    isStarted.add(node.parent);
    readNode(reading, node, ruling[i], options);
  }
  copyTo(reading, text.length);
  return { ...promptFrom(reading), form: "json", unmatched };
}

function checkArguments(text: unknown, rules: unknown, options: JsonOptions | null): void {
  if (typeof text !== "string") {
    throw new LlmlinguaError(
      "invalid-prompt",
      `Cannot read JSON from ${text === null ? "null" : typeof text}: give its text (JSON.stringify makes one).`,
    );
  }
  const isRecord = (value: unknown) => typeof value === "object" && value !== null;
  const { pairs = "keep", rate = 1 } = options ?? { pairs: "null" };
  const isRate = typeof rate === "number" && rate > 0 && rate <= 1;
  if (isRecord(rules) && ["keep", "optional"].includes(pairs) && isRate) return;
  throw new LlmlinguaError(
    "invalid-option",
    `JSON rules are ${isRecord(rules) ? "an object" : String(rules)}, pairs ${pairs}, rate ${String(rate)}; expected an object of rules, pairs "keep" or "optional", and a rate above 0, at most 1.`,
  );
}

/** Reads one value that stays; of an object or array, what comes before its first character. */
function readNode(
  reading: Reading,
  node: JsonNode,
  rule: JsonRule | undefined,
  options: JsonOptions,
): void {
  const { builder, parts, items } = reading;
  const item = { container: node.parent, leadStart: builder.length, start: builder.length };
  copyTo(reading, node.itemStart);
  item.start = builder.length;
  const contents = node.kind === "string" ? readString(reading, node) : undefined;
  const isContainer = node.kind === "object" || node.kind === "array";
  if (!isContainer) copyTo(reading, node.end);
  const isShort = !isContainer && !(contents !== undefined && isText(contents.text));
  const isFree = rule?.rate === undefined && rule?.compress !== false;
  const isOptional = options.pairs === "optional" && node.parent >= 0 && isShort && isFree;
  if (node.parent >= 0) items.push(isOptional ? { ...item, end: builder.length } : item);
  if (isOptional) {
    parts.push({ ...contextPart(parts, item.leadStart, builder.length), whole: true });
  } else if (contents && isAsked(contents.text, rule, node.parent < 0)) {
    const part = contextPart(parts, contents.start, contents.end);
    const rate = rule === undefined ? options.rate : rule.rate;
    parts.push(rate === undefined ? part : { ...part, rate });
  }
}

/** Texts are compressed unless a rule says no; names and numbers written as strings only if one says so. */
function isAsked(text: string, rule: JsonRule | undefined, isRoot: boolean): boolean {
  if (text.trim() === "" || rule?.compress === false) return false;
  return isRoot || isText(text) || rule?.rate !== undefined || rule?.compress === true;
}

function readString(reading: Reading, node: JsonNode): Span & { readonly text: string } {
  copyTo(reading, node.start + 1);
  const { builder } = reading;
  const start = builder.length;
  const text = readContents(builder, reading.text, node.start + 1, node.end - 1);
  reading.done = node.end - 1;
  return { start, end: builder.length, text };
}

function copyTo(reading: Reading, at: number): void {
  reading.builder.copy(reading.done, at);
  reading.done = at;
}

function contextPart(parts: readonly PromptPart[], start: number, end: number): PromptPart {
  return { kind: "context", index: parts.length, start, end };
}

function promptFrom({ text: given, builder, parts, items }: Reading): Prompt {
  const { text, pieces } = builder.build();
  const verbatim: Span[] = [];
  let done = 0;
  for (const { start, end } of [...parts, { start: text.length, end: text.length }]) {
    if (done < start) verbatim.push({ start: done, end: start });
    done = end;
  }
  const isChanging = items.some(({ end }) => end !== undefined);
  return {
    text,
    parts,
    verbatim,
    ...(text === given ? {} : { source: { text: given, pieces } }),
    ...(isChanging ? { finish: (kept: readonly Span[]) => finishItems(items, kept) } : {}),
  };
}
