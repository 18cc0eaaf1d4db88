/**
 * Preset "microsoft": the Python reference's behaviour as one of our results.
 *
 * `text` is what the reference gives: decoded token ids, so a character that spans several tokens,
 * some of them dropped, comes out as U+FFFD. `spans` hold such a character whole or not at all.
 * There, and where contexts are not separated by exactly one blank line, the slices that `spans`
 * name differ from `text`.
 *
 * @module
 */
import { compressLikeReference, referenceModel } from "../compat/index.js";
import type { CompatOptions, CompatResult, ReorderContext } from "../compat/types.js";
import { LlmlinguaError } from "../errors.js";
import { breather } from "../schedule.js";
import type { TokenScorer } from "../score/types.js";
import type { Prompt, Span } from "../text/types.js";
import { countText } from "../tokens/count.js";
import type { TokenCounter } from "../tokens/types.js";
import type { Outcome } from "./result.js";
import type { Budget, CompressOptions, OutputOrder } from "./types.js";

/** What the preset makes of each option beside the size. */
const USES = {
  preset: "read",
  signal: "read",
  onProgress: "read",
  segmentSize: "read",
  contextLevel: "read",
  sentenceLevel: "read",
  tokenLevel: "read",
  sizeOf: "refused",
  instructionRate: "refused",
  questionRate: "refused",
  budgetFactor: "refused",
  auto: "refused",
  method: "read",
  rank: "refused",
  order: "read",
  contrastive: "read",
  dynamicRate: "read",
  keepCode: "refused",
  iterative: "refused",
  fixedRate: "refused",
  unit: "refused",
  unitScore: "refused",
  tokenScore: "refused",
  structure: "refused",
  demonstrations: "refused",
  passages: "refused",
  restoreSeparators: "refused",
  protect: "refused",
  seed: "refused",
  words: "refused",
  tokenToWord: "refused",
  forceTokens: "refused",
  forceReserveDigit: "refused",
  dropConsecutive: "refused",
  chunkEndTokens: "refused",
} as const satisfies Record<keyof CompressOptions, "read" | "refused">;

/** What came out, and what the reference was asked for. */
export interface ReferenceOutcome {
  readonly outcome: Outcome;
  /**
   * Tokens of the whole prompt, in the counter's tokenizer, that the reference was asked for; it is
   * met loosely, as there. For `targetToken`, which the reference takes for the contexts alone and
   * in the scorer's tokens, that many besides those of instruction and question.
   */
  readonly targetTokens: number;
}

/**
 * Runs the compatibility recipe with the reference's own meaning of the size (`targetToken` is for
 * the contexts alone, in the scorer's tokens) and its defaults. `segmentSize`, `contextLevel`,
 * `sentenceLevel` and `tokenLevel`, where given, are its `iterative_size` and `use_…_level_filter`.
 *
 * @throws LlmlinguaError `invalid-option` for options that mean nothing to the reference
 */
export async function likeReference(
  { scorer, counter }: { readonly scorer: TokenScorer; readonly counter: TokenCounter },
  { prompt, originalTokens }: { readonly prompt: Prompt; readonly originalTokens: number },
  options: CompressOptions & Budget,
): Promise<ReferenceOutcome> {
  checkReferenceOptions(options);
  const started = performance.now();
  let scored = 0;
  const run: CompatOptions = {
    ...referenceSettings(options),
    onProgress({ done, total }) {
      scored = done;
      options.onProgress?.({ stage: "fine", done, total });
    },
  };
  const found = await compressLikeReference(prompt, run, referenceModel(scorer, counter));
  const spent = { ms: performance.now() - started, scored };
  return {
    outcome: outcomeOf(prompt, found, spent),
    targetTokens: await askedFor(prompt, originalTokens, counter, options),
  };
}

/**
 * Refuses what the preset would have to ignore.
 *
 * @throws LlmlinguaError `invalid-option`, naming every such option given
 */
export function checkReferenceOptions(options: CompressOptions): void {
  const { method = "llmlingua" } = options;
  if (method === "llmlingua2" || method === "selective-context") {
    throw new LlmlinguaError(
      "invalid-option",
      `Preset "microsoft" is for llmlingua and longllmlingua, not for ${method}: see compressLikeReference of @llmlingua/core/classify and selectiveText of @llmlingua/core.`,
    );
  }
  const { order, contrastive, dynamicRate } = options;
  const isAsked = [order, contrastive, dynamicRate].some((value) => value !== undefined);
  if (method === "llmlingua" && isAsked) {
    throw new LlmlinguaError(
      "invalid-option",
      'Preset "microsoft" takes order, contrastive and dynamicRate with method "longllmlingua" alone.',
    );
  }
  const names = Object.keys(USES) as (keyof typeof USES)[];
  const idle = names.filter((name) => USES[name] === "refused" && options[name] !== undefined);
  if (idle.length === 0) return;
  throw new LlmlinguaError(
    "invalid-option",
    `Preset "microsoft" does not take ${idle.join(", ")}: it repeats the Python reference with the ` +
      "reference's own defaults. Leave out what it does not take, or call compressPrompt of " +
      "@llmlingua/core/compat, which takes the reference's parameters.",
  );
}

/** @throws LlmlinguaError `invalid-option` for `auto`, which the reference does not know */
function numeric(rate: number | "auto" | undefined): number | undefined {
  if (rate !== "auto") return rate;
  throw new LlmlinguaError(
    "invalid-option",
    'Preset "microsoft" does not take rate "auto"; give a number.',
  );
}

function referenceSettings(options: CompressOptions & Budget): CompatOptions {
  return {
    rate: numeric(options.rate),
    targetToken: options.targetToken,
    iterativeSize: options.segmentSize,
    useContextLevelFilter: options.contextLevel,
    useSentenceLevelFilter: options.sentenceLevel,
    useTokenLevelFilter: options.tokenLevel,
    ...(options.method === "longllmlingua" ? questionAware(options) : {}),
    signal: options.signal,
  };
}

const ORDERS = {
  original: "original",
  relevance: "sort",
  "two-sided": "two_stage",
} as const satisfies Record<OutputOrder, ReorderContext>;

/** LongLLMLingua as the reference's own examples call it, with its r_k and its shifted scores. */
function questionAware({
  order = "relevance",
  contrastive = true,
  dynamicRate = 0.3,
}: CompressOptions): CompatOptions {
  return {
    rankMethod: "longllmlingua",
    conditionInQuestion: contrastive ? "after_condition" : "after",
    conditionCompare: contrastive,
    reorderContext: ORDERS[order],
    dynamicContextCompressionRatio: dynamicRate,
  };
}

async function askedFor(
  prompt: Prompt,
  originalTokens: number,
  counter: TokenCounter,
  { rate, targetToken, signal }: CompressOptions & Budget,
): Promise<number> {
  if (targetToken === undefined) {
    return Math.max(1, Math.round((numeric(rate) ?? 1) * originalTokens));
  }
  const breath = breather(signal);
  let tokens: number = targetToken;
  for (const { kind, start, end } of prompt.parts) {
    if (kind === "context") continue;
    tokens += await countText(counter, prompt.text.slice(start, end), breath);
  }
  return Math.min(originalTokens, tokens);
}

function outcomeOf(
  prompt: Prompt,
  { text, keptSpans }: CompatResult,
  { ms, scored }: { readonly ms: number; readonly scored: number },
): Outcome {
  const spans = keptSpans.map(([start, end]) => ({ start, end }));
  return {
    text,
    spans,
    tokens: maskOf(prompt.text, spans),
    surprisals: prompt.parts.map(() => Number.NaN),
    sentences: [],
    timings: {
      rankMs: 0,
      tokenizeMs: 0,
      coarseMs: 0,
      fineMs: ms,
      fitMs: 0,
      totalMs: ms,
      scoredTokens: scored,
    },
  };
}

/** The kept spans and what lies between them as pseudo-tokens without scores. */
function maskOf(text: string, spans: readonly Span[]) {
  const edges = new Set([0, text.length]);
  for (const { start, end } of spans) edges.add(start).add(end);
  const offsets = Uint32Array.from([...edges].sort((a, b) => a - b));
  const starts = new Set(spans.map(({ start }) => start));
  const kept = Uint8Array.from(offsets.subarray(0, -1), (start) => (starts.has(start) ? 1 : 0));
  return { offsets, surprisals: new Float32Array(kept.length).fill(Number.NaN), kept };
}
