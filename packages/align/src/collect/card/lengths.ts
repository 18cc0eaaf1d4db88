/**
 * Lengths, sources and scripts of the pairs in a file, for its card.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { linesOf, type Pair, pairOf } from "../../pairs/index.js";
import { type Counts, countOne } from "../types.js";

export interface PairStatistics {
  readonly sha256: string;
  readonly pairs: number;
  readonly bySource: Counts;
  readonly byModel: Counts;
  /** Answers that did not end by themselves. */
  readonly cut: number;
  /** Of pairs drawn evenly over the file, ascending. */
  readonly promptTokens: readonly number[];
  readonly answerTokens: readonly number[];
  /** Letters of their answers by script. */
  readonly scripts: Counts;
}

/** Pairs whose tokens are counted. */
const SAMPLE = 2000;

/** Goes through a file of pairs once. */
export async function statisticsOf(
  path: string,
  pairs: number,
  count: (text: string) => number,
): Promise<PairStatistics> {
  const hash = createHash("sha256");
  const [bySource, byModel, scripts]: Counts[] = [new Map(), new Map(), new Map()];
  const [promptTokens, answerTokens]: number[][] = [[], []];
  const step = Math.max(1, pairs / SAMPLE);
  let [at, due, cut] = [0, 0, 0];
  for await (const line of linesOf(path, hash)) {
    const pair = pairOf(line);
    if (typeof pair === "string") continue;
    countOne(bySource, sourceOf(pair));
    countOne(byModel, pair.model ?? "not known");
    if (pair.finished === false) cut++;
    if (at++ < due) continue;
    due += step;
    promptTokens.push(count(pair.messages.map(({ content }) => content).join("\n\n")));
    answerTokens.push(count(pair.answer));
    countScripts(scripts, pair.answer);
  }
  for (const tokens of [promptTokens, answerTokens]) tokens.sort((a, b) => a - b);
  const sha256 = hash.digest("hex");
  return { sha256, pairs: at, bySource, byModel, cut, promptTokens, answerTokens, scripts };
}

function sourceOf({ source }: Pair): string {
  if (source === undefined) return "not known";
  return source === "endpoint" || source === "self-instruct" ? source : "logs";
}

const SCRIPTS = ["Latin", "Cyrillic", "Greek", "Arabic", "Hebrew", "Devanagari", "Thai", "Hangul"];
const MORE = { Han: "Chinese or Kanji", Hiragana: "Kana", Katakana: "Kana" };

const BY_SCRIPT: readonly (readonly [name: string, expression: RegExp])[] = [
  ...SCRIPTS.map((name) => [name, new RegExp(`\\p{Script=${name}}`, "gu")] as const),
  ...Object.entries(MORE).map(
    ([name, shown]) => [shown, new RegExp(`\\p{Script=${name}}`, "gu")] as const,
  ),
];

/** Characters looked at of each answer. */
const LOOKED_AT = 2000;

function countScripts(scripts: Counts, answer: string): void {
  const text = answer.slice(0, LOOKED_AT);
  let known = 0;
  for (const [name, expression] of BY_SCRIPT) {
    const letters = text.match(expression)?.length ?? 0;
    known += letters;
    if (letters > 0) countOne(scripts, name, letters);
  }
  const others = (text.match(/\p{L}/gu)?.length ?? 0) - known;
  if (others > 0) countOne(scripts, "others", others);
}

/** The value below which `share` of `sorted` lies; 0 of nothing. Pure. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
