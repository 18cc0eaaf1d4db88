/**
 * From importance to the final mask: as many atoms as the target holds, counted in its tokenizer.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { spansOf, withGlue } from "../restore/render.js";
import { restoreSeparators } from "../restore/separators.js";
import { fitSize } from "../select/fit.js";
import type { Span } from "../text/types.js";
import { countText } from "../tokens/count.js";
import { unitsOf } from "../tokens/units.js";
import type { Atoms } from "./importance.js";
import type { Draft } from "./job.js";
import type { Pieces } from "./live-units.js";
import { slicesOf } from "./slices.js";
import { isVerbatim, TIER } from "./tiers.js";

/** Tokens of a target that may stay empty where filling them would cost more than they carry. */
export function slackOf(target: number): number {
  return Math.max(2, 0.02 * target);
}

export interface Fitted {
  /** 1 = kept, by token. */
  readonly kept: Uint8Array;
  readonly spans: readonly Span[];
  readonly text: string;
}

/**
 * Keeps the dearest atoms whose text is as long as `target` allows, never longer.
 *
 * @throws LlmlinguaError `protected-too-large` when what must stay is longer than `target`,
 * `target-too-small` when not even one word is that short
 */
export async function fitToTarget(job: Draft, atoms: Atoms, target: number): Promise<Fitted> {
  await checkFixed(job, target);
  let best = await fitted(job, atoms, target);
  const next = best.next;
  if (atoms.seams && next !== undefined && target - best.tokens > slackOf(target)) {
    const split = withSplit(job.tokens.offsets, atoms, next, atoms.seams);
    const finer = await fitted(job, split, target);
    if (finer.tokens > best.tokens) best = finer;
  }
  if (best.text === "" && job.tokens.text.trim() !== "") throw tooSmall(job, target);
  return { kept: best.kept, spans: best.spans, text: best.text };
}

/** What fits of some atoms, how long that is, and the first atom that was too large. */
async function fitted(job: Draft, atoms: Atoms, target: number) {
  const fixed = job.tiers.map((tier) => (tier === TIER.fixed ? 1 : 0));
  const rendered = (n: number, extras: readonly number[]) => {
    const kept = fixed.slice();
    for (let i = 0; i < n; i++) kept.fill(1, atoms.start[i], atoms.end[i]);
    for (const i of extras) kept.fill(1, atoms.start[i], atoms.end[i]);
    return render(job, kept);
  };
  const count = async (n: number, extras: readonly number[]) => {
    await job.breath.pause();
    return countText(job.counter, rendered(n, extras).text, job.breath);
  };
  const total = atoms.start.length;
  const input = { atoms: total, start: atoms.kept, target, slack: atoms.slack, count };
  const { n, extras, prefix } = await fitSize(input);
  const tokens = await count(n, extras);
  return { ...rendered(n, extras), tokens, next: prefix < total ? prefix : undefined };
}

/** The atoms with the words of one in its place, the last first: a step's end says what it came to. */
function withSplit(offsets: Uint32Array, atoms: Atoms, at: number, seams: Pieces): Atoms {
  const starts = unitsOf(offsets, atoms.start[at], atoms.end[at], seams.boundary, seams.fallback);
  const words = [...starts].slice(0, -1).map((start, w) => ({ start, end: starts[w + 1] }));
  words.reverse();
  const replaced = (all: Uint32Array, own: "start" | "end") =>
    Uint32Array.from([
      ...all.subarray(0, at),
      ...words.map((w) => w[own]),
      ...all.subarray(at + 1),
    ]);
  return { start: replaced(atoms.start, "start"), end: replaced(atoms.end, "end"), kept: at };
}

function tooSmall({ counter, settings }: Draft, target: number): LlmlinguaError {
  const piece = settings.unit === "token" ? "character" : "word";
  return new LlmlinguaError(
    "target-too-small",
    `Cannot compress to ${target} tokens: no whole ${piece} of the prompt is that short (${counter.name}). Ask for more tokens.`,
  );
}

/** Restores separators in `kept` (in place) and slices the original. */
export function render(job: Draft, kept: Uint8Array): Fitted {
  const { text, offsets } = job.tokens;
  restoreSeparators(kept, job.breaks);
  const plain = spansOf(offsets, kept);
  const spans = job.settings.restoreSeparators ? withGlue(text, plain, job.verbatimStarts) : plain;
  const whole = job.prompt.finish?.(spans) ?? spans;
  return { kept, spans: whole, text: slicesOf(job.prompt, whole) };
}

/** Tokens of what must stay verbatim, in the counter's. */
export async function fixedTokens(job: Draft): Promise<number> {
  const fixed = job.tiers.map((tier) => (tier === TIER.fixed ? 1 : 0));
  return countText(job.counter, render(job, fixed).text, job.breath);
}

async function checkFixed(job: Draft, target: number): Promise<void> {
  const { counter, settings } = job;
  const tokens = await fixedTokens(job);
  if (tokens <= target) return;
  const verbatim = job.tokens.parts
    .filter(({ part }) => isVerbatim(part, settings))
    .map(({ part }) => `${part.kind} ${counter.count(slicesOf(job.prompt, [part]))}`);
  if (settings.protect.length > 0) verbatim.push("and protected text");
  throw new LlmlinguaError(
    "protected-too-large",
    `Cannot compress to ${target} tokens: what must stay verbatim is ${tokens} tokens (${counter.name}; ${verbatim.join(", ")}). ` +
      "Ask for more tokens, protect less, or let instruction and question shrink (instructionRate, questionRate below 1).",
  );
}
