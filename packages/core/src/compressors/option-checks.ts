/**
 * What an option may be. Pure.
 *
 * @module
 */
import { resolveRules, type WordRules } from "../classify/options.js";
import { LlmlinguaError } from "../errors.js";
import { DEFAULTS, isByQuestion, type Settings } from "./settings.js";
import type { CompressOptions, MethodName, RankMethod } from "./types.js";

export const CHOICES = {
  method: ["llmlingua", "longllmlingua", "llmlingua2", "selective-context"],
  preset: ["default", "paper", "microsoft"],
  sizeOf: ["prompt", "contexts", "compressible"],
  order: ["original", "relevance", "two-sided"],
  unit: ["token", "word", "phrase", "line", "sentence", "context"],
  unitScore: ["mean", "max", "sum"],
  tokenScore: ["surprisal", "next-surprisal", "random"],
} as const;

export const RANGES = {
  instructionRate: { above: 0, most: 1 },
  questionRate: { above: 0, most: 1 },
  budgetFactor: { least: 1, most: 1000 },
  dynamicRate: { least: 0, most: 1 },
  segmentSize: { least: 8, most: 1024, whole: true },
  seed: { least: 0, most: 0xffffffff, whole: true },
} as const;

export const FLAGS = [
  "contextLevel",
  "sentenceLevel",
  "tokenLevel",
  "contrastive",
  "iterative",
  "fixedRate",
  "structure",
  "demonstrations",
  "passages",
  "restoreSeparators",
  "keepCode",
] as const;

const RANKS: readonly string[] = [
  "auto",
  "perplexity",
  "shortest",
  "recent",
  "original",
  "random",
  "question",
  "question-sentence",
  "question-document",
  "bm25",
  "gzip",
] satisfies RankMethod[];

/** Settings that an option of the same name gives. */
export const SETTABLE = (Object.keys(DEFAULTS) as (keyof Settings)[]).filter(
  (name) => name !== "wordRules",
) as Exclude<keyof Settings, "wordRules">[];

const WORD_RULES = [
  "words",
  "tokenToWord",
  "forceTokens",
  "forceReserveDigit",
  "dropConsecutive",
  "chunkEndTokens",
] as const satisfies (keyof WordRules)[];

/** What a method that scores every unit once, in one pass, has no use for. */
const ITERATIVE_ALONE = [
  "contrastive",
  "sentenceLevel",
  "tokenLevel",
  "budgetFactor",
  "iterative",
  "fixedRate",
  "segmentSize",
  "tokenScore",
  "structure",
  "demonstrations",
  "passages",
] as const satisfies (keyof CompressOptions)[];

/** Options of the stages that passages stand in for. */
const STAGES = [
  "demonstrations",
  "contextLevel",
  "sentenceLevel",
  "budgetFactor",
  "rank",
  "contrastive",
  "dynamicRate",
  "iterative",
  "segmentSize",
  "unit",
  "unitScore",
] as const satisfies (keyof Settings)[];

/** Passages take a rank by question or none, and a size. */
export function checkPassages(options: CompressOptions & { readonly rate?: unknown }): void {
  const { passages, rank = DEFAULTS.rank } = options;
  if (passages !== true) return;
  if (rank !== DEFAULTS.rank && !isByQuestion({ rank })) {
    throw invalid("passages", true, `false where rank is "${rank}"`);
  }
  const idle = givenStages(options).find((name) => name !== "rank" && name !== "demonstrations");
  if (idle !== undefined) throw invalid("passages", true, `false where ${idle} is given`);
  if (options.tokenScore === "next-surprisal") {
    throw invalid("passages", true, 'false where tokenScore is "next-surprisal"');
  }
  if (options.method === "longllmlingua") {
    throw invalid("passages", true, `false where method is "longllmlingua"`);
  }
  if (isByInformation(options)) {
    throw invalid("passages", true, 'false where rate is "auto" without auto.questionLoss');
  }
}

/** An automatic rate that counts the nats of words. */
function isByInformation({ rate, auto }: CompressOptions & { readonly rate?: unknown }): boolean {
  return rate === "auto" && auto?.questionLoss === undefined;
}

/** Whether an option was given that means something to the budget controller's and the token stage alone. */
export function asksForStages(options: CompressOptions & { readonly rate?: unknown }): boolean {
  const isOfWords = options.tokenScore === "next-surprisal" || isByInformation(options);
  return isOfWords || givenStages(options).length > 0;
}

function givenStages(options: CompressOptions): (typeof STAGES)[number][] {
  return STAGES.filter((name) => options[name] !== undefined && options[name] !== DEFAULTS[name]);
}

export function wordRulesOf(options: CompressOptions): WordRules {
  const given = WORD_RULES.filter((name) => options[name] !== undefined);
  const rules: WordRules = Object.fromEntries(given.map((name) => [name, options[name]]));
  resolveRules(rules);
  return rules;
}

/** Refuses what a method would have to ignore. */
export function checkIdle(method: MethodName, options: CompressOptions): void {
  const isFlat = method === "llmlingua2" || method === "selective-context";
  const idle: (keyof CompressOptions)[] = isFlat ? [...ITERATIVE_ALONE] : [];
  if (method !== "llmlingua2") idle.push(...WORD_RULES);
  else idle.push("unit", "unitScore");
  const name = idle.find((one) => options[one] !== undefined);
  if (name === undefined) return;
  throw new LlmlinguaError(
    "invalid-option",
    `method "${method}" does not take ${name}; leave it out.`,
  );
}

/** Without a token stage nothing can be kept in part. */
export function checkLevels({ tokenLevel, instructionRate, questionRate }: Settings): void {
  if (tokenLevel || (instructionRate === 1 && questionRate === 1)) return;
  throw invalid("tokenLevel", false, "true where instructionRate or questionRate is below 1");
}

export function checkRank(settings: Settings): void {
  const { rank, order, dynamicRate } = settings;
  const isRanker = typeof rank === "object" && typeof rank?.score === "function";
  if (!isRanker && !RANKS.includes(rank as string)) {
    throw invalid("rank", rank, `one of ${RANKS.join(", ")}, or a ranker with score(query, texts)`);
  }
  if (isByQuestion(settings)) return;
  if (order !== "original") throw invalid("order", order, `"original" where rank is "${rank}"`);
  if (dynamicRate > 0) throw invalid("dynamicRate", dynamicRate, `0 where rank is "${rank}"`);
}

/** What a call may name beside settings: sizes and hooks. */
const OTHER_NAMES = ["rate", "auto", "targetToken", "signal", "onProgress"];

export function checkNames(options: CompressOptions): void {
  if (typeof options !== "object" || options === null) {
    throw invalid("options", options, "an object with rate or targetToken");
  }
  const known = [...SETTABLE, ...WORD_RULES, ...OTHER_NAMES];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new LlmlinguaError(
    "invalid-option",
    `Unknown option ${JSON.stringify(unknown)}. Known are ${known.join(", ")}.`,
  );
}

interface Range {
  readonly above?: number;
  readonly least?: number;
  readonly most: number;
  readonly whole?: boolean;
}

/** @throws LlmlinguaError `invalid-option` when `value` is not a number in `range` */
export function checkNumber(name: string, value: unknown, range: Range): void {
  const { above, least, most, whole } = range;
  const fits =
    typeof value === "number" &&
    (above === undefined || value > above) &&
    (least === undefined || value >= least) &&
    value <= most &&
    (whole !== true || Number.isInteger(value));
  if (fits) return;
  const from = above === undefined ? `from ${least}` : `above ${above}`;
  throw invalid(name, value, `${whole ? "a whole number" : "a number"} ${from}, at most ${most}`);
}

export function checkHooks({ onProgress, signal }: CompressOptions): void {
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw invalid("onProgress", onProgress, "a function");
  }
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    throw invalid("signal", signal, "an AbortSignal");
  }
}

export function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (typeof value === "string" && choices.includes(value)) return;
  throw invalid(name, value, `one of ${choices.join(", ")}`);
}

export function checkFlag(name: string, value: unknown): void {
  if (value === undefined || typeof value === "boolean") return;
  throw invalid(name, value, "true or false");
}

export function invalid(name: string, value: unknown, expected: string): LlmlinguaError {
  const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
  return new LlmlinguaError("invalid-option", `${name} is ${shown}; it must be ${expected}.`);
}
