/**
 * Secrets and personal data in texts become tags such as `[EMAIL]`. Pure.
 *
 * Patterns find what has a form: keys, addresses, numbers with checksums. Names, places and what a sentence
 * says of somebody stay.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Pair } from "../../pairs/index.js";
import { type Kind, PATTERNS, type Pattern } from "./patterns.js";

/** How often each kind was found; kinds that were not are left out. */
export type Found = Readonly<Partial<Record<Kind, number>>>;

export interface Redacted<T> {
  readonly value: T;
  readonly found: Found;
}

/** A tag may end a run that hid something behind it, so texts are gone over until nothing is found. */
const MOST_PASSES = 50;

/** `text` with tags; the same again where it is given again. */
export function redactText(text: string): Redacted<string> {
  const found: Partial<Record<Kind, number>> = {};
  let value = text;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const before = value;
    for (const pattern of PATTERNS) value = replaced(value, pattern, found);
    if (value === before) break;
  }
  return { value, found };
}

/** Names that go with a pair: of a file, of a model. */
const NAMES = ["source", "model"] as const;

/**
 * A prompt's messages, or an answer with them, with tags; names too, which do not count as found. A group in which
 * something is found gets a name of its own, for a tag would make one group of several.
 */
export function redactPair<T extends Pick<Pair, "messages"> & Partial<Pair>>(pair: T): Redacted<T> {
  const messages = pair.messages.map(({ role, content }) => ({ role, text: redactText(content) }));
  const answer = pair.answer === undefined ? undefined : redactText(pair.answer);
  const texts = [...messages.map(({ text }) => text), ...(answer === undefined ? [] : [answer])];
  const names = NAMES.flatMap((name) => {
    const text = pair[name];
    return text === undefined ? [] : [[name, text] as const];
  });
  const { group } = pair;
  const value = {
    ...pair,
    ...(group !== undefined && { group: redactGroup(group) }),
    messages: messages.map(({ role, text }) => ({ role, content: text.value })),
    ...(answer !== undefined && { answer: answer.value }),
    ...Object.fromEntries(names.map(([name, text]) => [name, redactText(text).value])),
  };
  return { value, found: sumOf(texts.map(({ found }) => found)) };
}

function redactGroup(group: string): string {
  const isClean = redactText(group).value === group;
  return isClean ? group : createHash("sha256").update(group).digest("hex").slice(0, 16);
}

/** Counts of several texts together. */
export function sumOf(all: readonly Found[]): Found {
  const sum: Partial<Record<Kind, number>> = {};
  for (const found of all) {
    for (const [kind, count] of Object.entries(found) as [Kind, number][]) {
      sum[kind] = (sum[kind] ?? 0) + count;
    }
  }
  return sum;
}

/** Whether anything was found. */
export function isFound(found: Found): boolean {
  return Object.keys(found).length > 0;
}

function replaced(
  text: string,
  { kind, expression, length }: Pattern,
  found: Partial<Record<Kind, number>>,
): string {
  return text.replace(expression, (match: string) => {
    const meant = length === undefined ? match.length : length(match);
    if (meant === undefined) return match;
    found[kind] = (found[kind] ?? 0) + 1;
    return `[${kind}]${match.slice(meant)}`;
  });
}
