/**
 * How much likelier a text makes the question: the ranker of LongLLMLingua.
 *
 * LongLLMLingua (Jiang et al., 2023), §4.1, r_k: the mean log-probability of the question's tokens
 * given the text. As measured best on twenty documents (docs/quality-log.md), a separator stands between
 * the two, the paper's restrictive sentence is left out, and both the best sentence of a document and the
 * whole of it count.
 *
 * @module
 */
import { throwIfAborted } from "../errors.js";
import { breather } from "../schedule.js";
import { scoreText } from "../score/sliding.js";
import type { TokenScorer } from "../score/types.js";
import { boundariesOf } from "../text/boundaries.js";
import { encodePieces } from "../tokens/pieces.js";
import { zScores } from "./combined.js";
import type { Ranker } from "./types.js";

/** Options of {@link questionRanker}. */
export interface QuestionRankerOptions {
  /** What a document is judged by: its best sentence, the whole of it, or (default) both, as z-scores added. */
  readonly by?: "both" | "sentence" | "document";
  /** Stands between text and question; default `"\n\nQuestion: "`. */
  readonly separator?: string;
  /** Stands after the question; default nothing. The paper's is a sentence that says the answer is in the documents. */
  readonly statement?: string;
  /** Called after each text with the tokens it took. */
  readonly onScored?: (tokens: number) => void;
}

const SEPARATOR = "\n\nQuestion: ";

const NAMES = {
  both: "question",
  sentence: "question-sentence",
  document: "question-document",
} as const;

/**
 * Ranks by mean log-probability of the question, in nats per token (≤ 0; by both: in standard deviations).
 * Each text is read once (by both twice); what was scored before for the same question is remembered.
 */
export function questionRanker(
  scorer: TokenScorer,
  { by = "both", separator = SEPARATOR, statement = "", onScored }: QuestionRankerOptions = {},
): Ranker {
  const tokens = async (text: string, signal: AbortSignal | undefined) =>
    (await encodePieces(scorer.tokenizer, text, { signal })).ids;
  const known = new Map<string, number>();
  let remembered = "";
  return {
    name: NAMES[by],
    async score(query, texts, { signal } = {}) {
      throwIfAborted(signal);
      const asked = `${query}${statement}`;
      if (asked !== remembered) known.clear();
      remembered = asked;
      const question = await tokens(asked, signal);
      const between = await tokens(separator, signal);
      const breath = breather(signal);
      const likelihood = async (text: string) => {
        const scored = known.get(text);
        if (scored !== undefined) return scored;
        await breath.pause();
        const read = await tokens(text, signal);
        const history = new Uint32Array([...read, ...between]);
        const value = -mean(await scoreText(scorer, question, { history, stream: 2, signal }));
        known.set(text, value);
        onScored?.(history.length + question.length);
        return value;
      };
      const best = async (pieces: readonly string[]) => {
        let most = Number.NEGATIVE_INFINITY;
        for (const piece of pieces) most = Math.max(most, await likelihood(piece));
        return most;
      };
      const bySentence = new Float64Array(texts.length);
      const byDocument = new Float64Array(texts.length);
      for (const [i, text] of texts.entries()) {
        if (by !== "document") bySentence[i] = await best(sentencesOf(text));
        if (by !== "sentence") byDocument[i] = await best([text.trim()]);
      }
      if (by === "sentence") return bySentence;
      if (by === "document") return byDocument;
      const whole = zScores(byDocument);
      return zScores(bySentence).map((score, i) => score + whole[i]);
    },
  };
}

/** Sentences without the space around them; the text itself, trimmed, where it has none. */
function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  const ends = new Set<number>([...boundariesOf(text, "sentence"), text.length]);
  for (const end of [...ends].sort((a, b) => a - b)) {
    const sentence = text.slice(start, end).trim();
    if (sentence !== "") sentences.push(sentence);
    start = end;
  }
  return sentences.length === 0 ? [""] : sentences;
}

/** The mean; of an empty question, which every text makes equally likely, 0. */
function mean(values: Float32Array): number {
  if (values.length === 0) return 0;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
