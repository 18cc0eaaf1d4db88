/**
 * Chunks of the reference through the model: cut, re-tokenized, wrapped, read, merged to words.
 *
 * @module
 */
import { type Breather, breather } from "../../schedule.js";
import { encodeCalmly } from "../encode.js";
import type { PieceTokenizer } from "../tokenizer/types.js";
import type { TokenClassifier } from "../types.js";
import { referenceChunks } from "./chunks.js";
import { mergeWords, type ReferenceWord } from "./merge-words.js";
import { type Placeholders, placeholdersFor, withPlaceholders } from "./placeholders.js";
import type { ResolvedSettings } from "./settings.js";

/** What the reference reads at most, its wrappers included. */
const MOST_TOKENS = 512;
/** The wrappers of every family: on XLM-RoBERTa they are unknown tokens. */
const WRAPPERS = ["[CLS]", "[SEP]"] as const;

/** Reads chunks for one call. */
export interface ReferenceReader {
  readonly placeholders: Placeholders;
  readonly breath: Breather;
  /** The texts of a context's chunks; force tokens are hidden behind placeholders. */
  chunksOf(context: string): Promise<string[]>;
  /** The words of each chunk. */
  read(chunks: readonly string[]): Promise<ReferenceWord[][]>;
}

export function createReader(
  classifier: TokenClassifier,
  settings: ResolvedSettings,
  signal: AbortSignal | undefined,
): ReferenceReader {
  const tokenizer = withPlaceholders(classifier.tokenizer);
  const placeholders = placeholdersFor(settings.forceTokens, tokenizer);
  const breath = breather(signal);
  const maxTokens = Math.min(MOST_TOKENS, classifier.maxTokens);
  const chunkEnds = new Set(settings.chunkEndTokens);
  for (const end of settings.chunkEndTokens) {
    const name = placeholders.get(end);
    if (name !== undefined) chunkEnds.add(name);
  }
  const tokensOf = async (text: string) =>
    (await encodeCalmly(tokenizer, text, breath, { special: true })).tokens;
  return {
    placeholders,
    breath,
    async chunksOf(context) {
      const tokens = await tokensOf(context);
      return referenceChunks(tokens, chunkEnds, maxTokens).map(([from, to]) =>
        tokenizer.join(tokens.slice(from, to)),
      );
    },
    async read(chunks) {
      const rules = { ...settings, tokenizer, placeholders };
      const words: ReferenceWord[][] = [];
      for (const chunk of chunks) {
        const tokens = [WRAPPERS[0], ...(await tokensOf(chunk)), WRAPPERS[1]].slice(0, maxTokens);
        const ids = Uint32Array.from(tokens, (token) => idOf(tokenizer, token));
        const [p] = await classifier.classify([ids], { signal });
        words.push(mergeWords(known(tokens, tokenizer), p, rules));
      }
      return words;
    },
  };
}

function idOf(tokenizer: PieceTokenizer, token: string): number {
  return tokenizer.idOf(token) ?? tokenizer.encoderTokens.unknown;
}

/** What the vocabulary does not have is named as the unknown token, which is special. */
function known(tokens: readonly string[], tokenizer: PieceTokenizer): string[] {
  const unknown = tokenizer.family === "bert" ? "[UNK]" : "<unk>";
  return tokens.map((token) => (tokenizer.idOf(token) === undefined ? unknown : token));
}
