/**
 * From options to settings: presets, defaults, checks. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import type { Ranker } from "../rank/types.js";
import type { TokenScore, UnitScore } from "../select/unit-scores.js";
import { type Protect, protectedSpans } from "../text/protect.js";
import type { PromptForm } from "../text/types.js";
import type {
  CompressOptions,
  MethodName,
  OutputOrder,
  PresetName,
  RankMethod,
  Unit,
} from "./types.js";

/** Every knob with a value. */
export interface Settings {
  readonly method: MethodName;
  readonly preset: PresetName;
  readonly sizeOf: "prompt" | "contexts" | "compressible";
  readonly instructionRate: number;
  readonly questionRate: number;
  readonly contextLevel: boolean;
  /** Undefined: only where contexts alone leave too much. */
  readonly sentenceLevel: boolean | undefined;
  readonly tokenLevel: boolean;
  readonly budgetFactor: number;
  readonly rank: RankMethod | Ranker;
  readonly order: OutputOrder;
  readonly contrastive: boolean;
  readonly dynamicRate: number;
  readonly iterative: boolean;
  readonly fixedRate: boolean;
  readonly segmentSize: number;
  readonly unit: Unit;
  readonly unitScore: UnitScore;
  readonly tokenScore: TokenScore;
  readonly structure: boolean;
  readonly restoreSeparators: boolean;
  readonly protect: readonly Protect[];
  readonly keepCode: boolean;
  readonly seed: number;
}

const DEFAULTS: Settings = {
  method: "llmlingua",
  preset: "default",
  sizeOf: "prompt",
  instructionRate: 1,
  questionRate: 1,
  contextLevel: true,
  sentenceLevel: undefined,
  tokenLevel: true,
  budgetFactor: 1.5,
  rank: "perplexity",
  order: "original",
  contrastive: false,
  dynamicRate: 0,
  iterative: true,
  fixedRate: false,
  segmentSize: 100,
  unit: "word",
  unitScore: "mean",
  tokenScore: "surprisal",
  structure: true,
  restoreSeparators: true,
  protect: [],
  keepCode: true,
  seed: 0,
};

/** What each method changes, before the preset does. */
export const METHODS: Readonly<Record<MethodName, Partial<Settings>>> = {
  llmlingua: {},
  longllmlingua: { rank: "question", order: "relevance", contrastive: true, dynamicRate: 0.3 },
  llmlingua2: { contextLevel: false, structure: false },
  "selective-context": { unit: "phrase", contextLevel: false, structure: false },
};

/**
 * What each kind of prompt changes, after the method: pieces of a JSON or of a conversation stay where
 * they are and are too small to be dropped as contexts; rates of their own are set aside.
 */
export const FORMS: Readonly<Record<PromptForm, Partial<Settings>>> = {
  tagged: { sizeOf: "compressible" },
  json: {
    sizeOf: "compressible",
    contextLevel: false,
    sentenceLevel: false,
    structure: false,
    order: "original",
    keepCode: false,
  },
  messages: {
    sizeOf: "compressible",
    contextLevel: false,
    sentenceLevel: false,
    structure: false,
    order: "original",
  },
};

/** What each preset changes. `paper`: LLMLingua §5.1 (τ_ins, τ_que, k, segments of 100 tokens). */
export const PRESETS: Readonly<Record<PresetName, Partial<Settings>>> = {
  default: {},
  paper: {
    instructionRate: 0.85,
    questionRate: 0.9,
    sentenceLevel: false,
    budgetFactor: 2,
    unit: "token",
    structure: false,
    restoreSeparators: false,
    keepCode: false,
  },
  microsoft: {},
};

const CHOICES = {
  method: ["llmlingua", "longllmlingua", "llmlingua2", "selective-context"],
  preset: ["default", "paper", "microsoft"],
  sizeOf: ["prompt", "contexts", "compressible"],
  order: ["original", "relevance", "two-sided"],
  unit: ["token", "word", "phrase", "line", "sentence", "context"],
  unitScore: ["mean", "max", "sum"],
  tokenScore: ["surprisal", "next-surprisal", "random"],
} as const;

const RANGES = {
  instructionRate: { above: 0, most: 1 },
  questionRate: { above: 0, most: 1 },
  budgetFactor: { least: 1, most: 1000 },
  dynamicRate: { least: 0, most: 1 },
  segmentSize: { least: 8, most: 1024, whole: true },
  seed: { least: 0, most: 0xffffffff, whole: true },
} as const;

const FLAGS = [
  "contextLevel",
  "sentenceLevel",
  "tokenLevel",
  "contrastive",
  "iterative",
  "fixedRate",
  "structure",
  "restoreSeparators",
  "keepCode",
] as const;

const RANKS: readonly string[] = [
  "perplexity",
  "original",
  "random",
  "question",
  "question-document",
  "bm25",
  "gzip",
] satisfies RankMethod[];

/**
 * Fills in what is not given: by the preset, by what the prompt was made from, by the method, and last
 * the defaults.
 *
 * @throws LlmlinguaError `invalid-option`, naming option, value and what is allowed
 */
export function settingsOf(options: CompressOptions, form?: PromptForm): Settings {
  if (typeof options !== "object" || options === null) {
    throw invalid("options", options, "an object with rate or targetToken");
  }
  checkHooks(options);
  checkNames(options);
  const preset = options.preset ?? "default";
  checkChoice("preset", preset, CHOICES.preset);
  const method = options.method ?? "llmlingua";
  checkChoice("method", method, CHOICES.method);
  const given: Record<string, unknown> = {};
  for (const key of Object.keys(DEFAULTS) as (keyof Settings)[]) {
    if (options[key] !== undefined) given[key] = options[key];
  }
  const settings = {
    ...DEFAULTS,
    ...METHODS[method],
    ...(form && FORMS[form]),
    ...PRESETS[preset],
    ...given,
    preset,
    method,
  } as Settings;
  for (const [name, choices] of Object.entries(CHOICES)) {
    checkChoice(name, settings[name as keyof typeof CHOICES], choices);
  }
  for (const [name, range] of Object.entries(RANGES)) {
    checkNumber(name, settings[name as keyof typeof RANGES], range);
  }
  for (const name of FLAGS) checkFlag(name, settings[name]);
  if (!Array.isArray(settings.protect)) {
    throw invalid("protect", settings.protect, "a list of strings, patterns, spans and classes");
  }
  protectedSpans("", settings.protect);
  checkRank(settings);
  if (settings.unit === "phrase" && method !== "selective-context") {
    throw invalid("unit", "phrase", `token, word, line, sentence or context for ${method}`);
  }
  return settings;
}

/** Whether contexts are ranked for a question, before anything else is done. */
export function isByQuestion({ rank }: Pick<Settings, "rank">): boolean {
  return typeof rank !== "string" || !["perplexity", "original", "random"].includes(rank);
}

function checkRank(settings: Settings): void {
  const { rank, order, dynamicRate } = settings;
  const isRanker = typeof rank === "object" && typeof rank?.score === "function";
  if (!isRanker && !RANKS.includes(rank as string)) {
    throw invalid("rank", rank, `one of ${RANKS.join(", ")}, or a ranker with score(query, texts)`);
  }
  if (isByQuestion(settings)) return;
  if (order !== "original") throw invalid("order", order, `"original" where rank is "${rank}"`);
  if (dynamicRate > 0) throw invalid("dynamicRate", dynamicRate, `0 where rank is "${rank}"`);
}

/** What a call may name beside settings: sizes, hooks, and what a compressor is made with. */
const OTHER_NAMES = [
  "rate",
  "auto",
  "targetToken",
  "signal",
  "onProgress",
  "model",
  "scorer",
  "tokenizer",
  "threads",
];

function checkNames(options: CompressOptions): void {
  if (typeof options !== "object" || options === null) {
    throw invalid("options", options, "an object with rate or targetToken");
  }
  const known = [...Object.keys(DEFAULTS), ...OTHER_NAMES];
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

function checkHooks({ onProgress, signal }: CompressOptions): void {
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw invalid("onProgress", onProgress, "a function");
  }
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    throw invalid("signal", signal, "an AbortSignal");
  }
}

function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (typeof value === "string" && choices.includes(value)) return;
  throw invalid(name, value, `one of ${choices.join(", ")}`);
}

function checkFlag(name: string, value: unknown): void {
  if (value === undefined || typeof value === "boolean") return;
  throw invalid(name, value, "true or false");
}

function invalid(name: string, value: unknown, expected: string): LlmlinguaError {
  const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
  return new LlmlinguaError("invalid-option", `${name} is ${shown}; it must be ${expected}.`);
}
