/**
 * Question-aware ranking: contexts are scored for the question and put in order before anything is
 * dropped.
 *
 * LongLLMLingua (Jiang et al., 2023), §4.1 and §4.4.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import { bm25 } from "../rank/bm25.js";
import { checkedScores } from "../rank/checks.js";
import { gzip } from "../rank/gzip.js";
import { bestAtBothEnds, bestFirst } from "../rank/order.js";
import { questionRanker } from "../rank/question-likelihood.js";
import type { Ranker } from "../rank/types.js";
import type { TokenScorer } from "../score/types.js";
import { reordered } from "../text/reorder.js";
import type { Prompt } from "../text/types.js";
import type { Meter } from "./meter.js";
import { checkTogether } from "./protected-prompt.js";
import { isByQuestion, type Settings } from "./settings.js";

/** How the texts of a conversation are ranked for the user's last one. */
const CHAT_RANK = "question-document";

/** Of a longer last text of the user, in UTF-16 units, its end is asked for: it is read once for each text before. */
const LONGEST_CHAT_QUESTION = 1000;

/** What a job knows once its contexts are ranked. */
export interface Relevance {
  readonly question: string;
  readonly ranker: Ranker;
  /** By place of the context in the prompt as it is now: higher = more useful. */
  readonly scores: Float64Array;
}

export interface Ranked {
  /** The prompt, its contexts in the order asked for. */
  readonly prompt: Prompt;
  /** Absent where the rank does not look at the question. */
  readonly relevance?: Relevance;
}

/**
 * Ranks and reorders, where the settings ask for it.
 *
 * @throws LlmlinguaError `invalid-option` without a question, `ranker-failed`, `aborted`
 */
export async function rankContexts(
  prompt: Prompt,
  settings: Settings,
  scorer: () => Promise<TokenScorer>,
  meter: Meter,
  signal: AbortSignal | undefined,
): Promise<Ranked> {
  const isChat = prompt.form === "messages" && settings.passages !== false;
  const isUsual = isChat && !isByQuestion(settings);
  if (isUsual && (settings.tokenScore === "random" || !hasQuestion(prompt))) return { prompt };
  const rank = isUsual ? CHAT_RANK : settings.rank;
  if (!isByQuestion({ rank })) return { prompt };
  checkOrder(prompt, settings);
  const asked = questionOf(prompt, `rank "${typeof rank === "string" ? rank : rank.name}"`);
  const question = isUsual ? asked.slice(-LONGEST_CHAT_QUESTION) : asked;
  const ranker = await rankerOf(rank, scorer, meter);
  const { texts, textOf } = isChat ? turnTexts(prompt) : contextTexts(prompt);
  const own =
    texts.length < 2
      ? new Float64Array(texts.length)
      : await checkedScores(ranker, question, texts, { signal });
  const scores = Float64Array.from(textOf, (text) => own[text] ?? 0);
  const order = outputOrder(scores, settings);
  const isMoved = order.some((place, i) => place !== i);
  if (isMoved) checkTogether(prompt, settings);
  return {
    prompt: reordered(prompt, order),
    relevance: { question, ranker, scores: scores.map((_, place) => scores[order[place]]) },
  };
}

function hasQuestion({ parts }: Prompt): boolean {
  return parts.some(({ kind }) => kind === "question");
}

/** @throws LlmlinguaError `invalid-option` where the prompt has no question, which `why` needs */
export function questionOf({ text, parts, form }: Prompt, why: string): string {
  const asked = parts.filter(({ kind }) => kind === "question");
  const question = asked.map(({ start, end }) => text.slice(start, end)).join("\n\n");
  if (question.trim() !== "") return question;
  const way = {
    json: "a JSON has none",
    messages: "of messages it is the user's last text (keepLastUser)",
    tagged: "give taggedPrompt(text, { question })",
    text: "give { contexts, question }",
  }[form ?? "text"];
  throw new LlmlinguaError(
    "invalid-option",
    `${why} needs a question and the prompt has none: ${way}, or take a method that does without.`,
  );
}

/** What is ranked, and by place of a context which of it is the context's; −1: none. */
interface RankedTexts {
  readonly texts: readonly string[];
  readonly textOf: readonly number[];
}

function contextTexts({ text, parts }: Prompt): RankedTexts {
  const contexts = parts.filter(({ kind }) => kind === "context");
  return {
    texts: contexts.map(({ start, end }) => text.slice(start, end)),
    textOf: contexts.map((_, place) => place),
  };
}

/** The texts of a conversation as a whole, but for those that stay verbatim. */
function turnTexts({ text, parts }: Prompt): RankedTexts {
  const contexts = parts.filter(({ kind }) => kind === "context");
  const spans: { start: number; end: number; readonly turn: number | undefined }[] = [];
  const textOf = contexts.map(({ start, end, rate, turn }) => {
    if (rate !== undefined) return -1;
    const open = spans.at(-1);
    if (open === undefined || open.turn !== turn) spans.push({ start, end, turn });
    else open.end = end;
    return spans.length - 1;
  });
  return { texts: spans.map(({ start, end }) => text.slice(start, end)), textOf };
}

async function rankerOf(
  rank: Settings["rank"],
  scorer: () => Promise<TokenScorer>,
  meter: Meter,
): Promise<Ranker> {
  if (typeof rank !== "string") return rank;
  const onScored = (tokens: number) => {
    meter.expect("rank", meter.scored + tokens);
    meter.add("rank", tokens);
  };
  switch (rank) {
    case "question":
      return questionRanker(await scorer(), { onScored });
    case "question-sentence":
      return questionRanker(await scorer(), { by: "sentence", onScored });
    case "question-document":
      return questionRanker(await scorer(), { by: "document", onScored });
    case "bm25":
      return bm25();
    case "gzip":
      return gzip();
    case "auto":
    case "perplexity":
    case "shortest":
    case "recent":
    case "original":
    case "random":
      throw new Error(`${rank} does not look at the question`);
    default:
      return rank satisfies never;
  }
}

function outputOrder(scores: Float64Array, { order }: Settings): number[] {
  switch (order) {
    case "original":
      return Array.from(scores.keys());
    case "relevance":
      return bestFirst(scores);
    case "two-sided":
      return bestAtBothEnds(bestFirst(scores));
    default:
      return order satisfies never;
  }
}

/** A structure whose pieces hang together cannot be put in another order. */
function checkOrder({ form }: Prompt, { order }: Settings): void {
  if (order === "original" || (form !== "json" && form !== "messages")) return;
  throw new LlmlinguaError(
    "invalid-option",
    `order is ${JSON.stringify(order)}; pieces of a JSON or a conversation stay where they are: give order "original".`,
  );
}
