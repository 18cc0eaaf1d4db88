/**
 * Runs conformance vectors. Each replay gives the first difference in words, or undefined.
 *
 * For conformance runs only (the tests and `npm run conformance`, which reads it from dist); no
 * entry of the package exports it.
 *
 * @module
 */
import type { Tokenizer } from "../tokens/types.js";
import { compressPrompt } from "./compress-prompt.js";
import { planWindows } from "./plan.js";
import { tokenPass } from "./token-pass.js";
import type { LossRequest, ReferenceCall, ReferenceModel } from "./types.js";
import type { CompressPromptVector, LogprobVector, TokenPassVector } from "./vectors.js";

/** MD5 of an ASCII string, 16 bytes. */
export type Md5 = (text: string) => Uint8Array;

/** Plan, scorer calls in order, and kept ids must be the reference's. */
export async function replayTokenPass(vector: TokenPassVector): Promise<string | undefined> {
  const plan = planWindows({ ...vector, contextTokens: vector.contextTokenLengths });
  const script = vector.scorerCalls.values();
  const differences = [difference("plan", plan, vector.plan)];
  const losses = async ({ cache, fresh, stream }: LossRequest) => {
    const { value: call } = script.next();
    if (!call) throw new Error(`one scorer call too many (${stream})`);
    differences.push(
      difference(`cache (${stream})`, [...cache], call.cache),
      difference(`new ids (${stream})`, [...fresh], call.new),
    );
    return Float32Array.from(call.losses);
  };
  const { kept, indexes } = await tokenPass(
    {
      ...vector,
      ids: Uint32Array.from(vector.ids),
      plan,
      splitToken: vector.splitTokenId,
      maxPositions: vector.maxPositionEmbeddings,
    },
    losses,
  );
  if (!script.next().done) differences.push("too few scorer calls");
  differences.push(
    difference("kept", [...kept], vector.kept),
    difference(
      "ids at kept indexes",
      [...indexes].map((i) => vector.ids[i]),
      vector.kept,
    ),
  );
  return differences.find((found) => found !== undefined);
}

/** The compressed prompt and every count must be the reference's. */
export async function replayCompressPrompt(
  vector: CompressPromptVector,
  md5: Md5,
): Promise<string | undefined> {
  const options = Object.entries(vector.options)
    .filter(([name, value]) => value !== null && !(name === "target_token" && value === -1))
    .map(([name, value]) => [name.replace(/_(.)/g, (_, letter) => letter.toUpperCase()), value]);
  const call: ReferenceCall = { ...Object.fromEntries(options), context: vector.context ?? [] };
  const result = await compressPrompt(hashModel(md5), call);
  const differences = [
    difference("compressed_prompt", result.compressedPrompt, vector.compressed_prompt),
    difference("origin_tokens", result.originTokens, vector.origin_tokens),
    difference("compressed_tokens", result.compressedTokens, vector.compressed_tokens),
    difference("ratio", result.ratio, vector.ratio),
    difference("rate", result.rate, vector.rate),
  ];
  return differences.find((found) => found !== undefined);
}

/**
 * The model of the compress-prompt vectors: one token per character, counts in words, and a loss
 * that is a hash of the last six ids before a token, their number, and the token.
 */
export function hashModel(md5: Md5): ReferenceModel {
  const loss = (ids: readonly number[], at: number) => {
    const bytes = md5(`${ids.slice(Math.max(0, at - 6), at).join(",")}|${at}|${ids[at]}`);
    const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    return (number / 2 ** 32) * 10 + 1e-3;
  };
  return {
    tokenizer: characters,
    counter: { name: "words", count: (text) => text.split(/\s+/).filter(Boolean).length },
    maxPositions: 4096,
    async losses({ cache, fresh }) {
      const ids = [...cache, ...fresh];
      return Float32Array.from(fresh.subarray(1), (_, i) => loss(ids, cache.length + 1 + i));
    },
  };
}

const characters: Tokenizer = {
  name: "characters",
  encode(text) {
    const symbols = [...text];
    const offsets = new Uint32Array(symbols.length + 1);
    symbols.forEach((symbol, i) => {
      offsets[i + 1] = offsets[i] + symbol.length;
    });
    return {
      text,
      ids: Uint32Array.from(symbols, (symbol) => symbol.codePointAt(0) ?? 0),
      offsets,
    };
  },
  decode: (ids) => Array.from(ids, (id) => String.fromCodePoint(id)).join(""),
};

/** How far log-probabilities are from the expected ones, where both are known. */
export interface LogprobAgreement {
  /** Pearson's r. */
  readonly correlation: number;
  /** In nats. */
  readonly meanError: number;
  readonly largestError: number;
}

/** Compares `actual` (index 0 has no value) with a vector of the same length. */
export function compareLogprobs(vector: LogprobVector, actual: Float32Array): LogprobAgreement {
  const pairs = vector.logprobs.flatMap((expected, i) =>
    expected === null ? [] : [[expected, actual[i]] as const],
  );
  const errors = pairs.map(([x, y]) => Math.abs(x - y));
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const meanX = mean(pairs.map(([x]) => x));
  const meanY = mean(pairs.map(([, y]) => y));
  const covariance = mean(pairs.map(([x, y]) => (x - meanX) * (y - meanY)));
  const spreadX = Math.sqrt(mean(pairs.map(([x]) => (x - meanX) ** 2)));
  const spreadY = Math.sqrt(mean(pairs.map(([, y]) => (y - meanY) ** 2)));
  return {
    correlation: covariance / (spreadX * spreadY),
    meanError: mean(errors),
    largestError: errors.reduce((a, b) => Math.max(a, b), 0),
  };
}

function difference(name: string, actual: unknown, expected: unknown): string | undefined {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  return got === wanted ? undefined : `${name}: got ${clip(got)}, expected ${clip(wanted)}`;
}

function clip(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
