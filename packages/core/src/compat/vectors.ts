/**
 * The three formats of conformance vectors, and how to tell them apart.
 *
 * For conformance runs only (the tests and `npm run conformance`, which reads it from dist); no
 * entry of the package exports it.
 *
 * @module
 */

/** One run of the token pass alone. */
export interface TokenPassVector {
  readonly iterativeSize: number;
  readonly start: number;
  readonly conditionCompare: boolean;
  readonly keepSplit: boolean;
  readonly splitTokenId: number;
  readonly maxPositionEmbeddings: number;
  readonly contextTokenLengths: readonly number[];
  readonly targetToken: number;
  readonly dynamicRatio: readonly number[];
  readonly ids: readonly number[];
  readonly plan: readonly (readonly (readonly [tokens: number, rate: number])[])[];
  readonly scorerCalls: readonly {
    readonly cache: readonly number[];
    readonly new: readonly number[];
    readonly losses: readonly number[];
  }[];
  readonly kept: readonly number[];
}

/** One whole call, options under the reference's own names. */
export interface CompressPromptVector {
  readonly context: string | readonly string[] | null;
  readonly options: Readonly<Record<string, unknown>>;
  readonly compressed_prompt: string;
  readonly origin_tokens: number;
  readonly compressed_tokens: number;
  readonly ratio: string;
  readonly rate: string;
}

/** What the real scorer says of a text; the first log-probability is null. */
export interface LogprobVector {
  readonly text: string;
  readonly ids: readonly number[];
  readonly logprobs: readonly (number | null)[];
}

export type VectorFile =
  | { readonly kind: "token-pass"; readonly vectors: readonly TokenPassVector[] }
  | { readonly kind: "compress-prompt"; readonly vectors: readonly CompressPromptVector[] }
  | { readonly kind: "log-probabilities"; readonly vectors: readonly LogprobVector[] };

/** What a file must hold, for error messages. */
export const VECTOR_FORMATS =
  "one object or a non-empty list of objects of one kind: " +
  "{iterativeSize, start, …, ids, plan, scorerCalls, kept}, " +
  "{context, options, compressed_prompt, origin_tokens, compressed_tokens, ratio, rate} or {text, ids, logprobs}";

/** Parsed JSON as vectors, or undefined when it is of no known format. */
export function readVectors(json: unknown): VectorFile | undefined {
  const vectors: readonly unknown[] = Array.isArray(json) ? json : [json];
  if (vectors.length === 0) return undefined;
  if (vectors.every(isTokenPass)) return { kind: "token-pass", vectors };
  if (vectors.every(isCompressPrompt)) return { kind: "compress-prompt", vectors };
  if (vectors.every(isLogprobs)) return { kind: "log-probabilities", vectors };
  return undefined;
}

function isTokenPass(value: unknown): value is TokenPassVector {
  return (
    isRecord(value) &&
    ["iterativeSize", "start", "splitTokenId", "maxPositionEmbeddings", "targetToken"].every(
      (key) => typeof value[key] === "number",
    ) &&
    ["conditionCompare", "keepSplit"].every((key) => typeof value[key] === "boolean") &&
    ["contextTokenLengths", "dynamicRatio", "ids", "kept"].every((key) => isNumbers(value[key])) &&
    isPlan(value.plan) &&
    Array.isArray(value.scorerCalls) &&
    value.scorerCalls.every(
      (call) => isRecord(call) && [call.cache, call.new, call.losses].every(isNumbers),
    )
  );
}

function isPlan(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((window) => Array.isArray(window) && window.every(isNumbers))
  );
}

function isCompressPrompt(value: unknown): value is CompressPromptVector {
  return (
    isRecord(value) &&
    "context" in value &&
    isRecord(value.options) &&
    ["compressed_prompt", "ratio", "rate"].every((key) => typeof value[key] === "string") &&
    ["origin_tokens", "compressed_tokens"].every((key) => typeof value[key] === "number")
  );
}

function isLogprobs(value: unknown): value is LogprobVector {
  return (
    isRecord(value) &&
    typeof value.text === "string" &&
    isNumbers(value.ids) &&
    Array.isArray(value.logprobs) &&
    value.logprobs.length === value.ids.length &&
    value.logprobs.every((logprob) => logprob === null || typeof logprob === "number")
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}
