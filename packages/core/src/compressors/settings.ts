/**
 * Every knob of a compression, and the values that methods, forms and presets give them.
 *
 * @module
 */
import type { WordRules } from "../classify/options.js";
import type { Ranker } from "../rank/types.js";
import type { TokenScore, UnitScore } from "../select/unit-scores.js";
import type { Protect } from "../text/protect.js";
import type { PromptForm } from "../text/types.js";
import type { MethodName, OutputOrder, PresetName, RankMethod, Unit } from "./types.js";

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
  /** Undefined: 1.5, of worked examples 2.7. */
  readonly budgetFactor: number | undefined;
  readonly demonstrations: boolean;
  /** Undefined: unless contexts are records. */
  readonly passages: boolean | undefined;
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
  /** For method `llmlingua2`. */
  readonly wordRules: WordRules;
}

export const DEFAULTS: Settings = {
  method: "llmlingua",
  preset: "default",
  sizeOf: "prompt",
  instructionRate: 1,
  questionRate: 1,
  contextLevel: true,
  sentenceLevel: undefined,
  tokenLevel: true,
  budgetFactor: undefined,
  demonstrations: true,
  passages: undefined,
  rank: "auto",
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
  wordRules: {},
};

/** What each method changes, before the preset does. */
export const METHODS: Readonly<Record<MethodName, Partial<Settings>>> = {
  llmlingua: {},
  // As measured (README): the best ranked contexts stay whole, what is cut is the last that fits.
  longllmlingua: {
    passages: false,
    rank: "question",
    order: "relevance",
    contrastive: true,
    budgetFactor: 1,
    dynamicRate: 1,
  },
  llmlingua2: { passages: false, contextLevel: false, structure: false },
  "selective-context": { passages: false, unit: "phrase", contextLevel: false, structure: false },
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
    rank: "original",
    dynamicRate: 0,
    keepCode: false,
    passages: false,
  },
  messages: {
    sizeOf: "compressible",
    contextLevel: false,
    sentenceLevel: false,
    structure: false,
    order: "original",
    rank: "original",
    dynamicRate: 0,
  },
};

/** LLMLingua §5.1 (τ_ins, τ_que, k, segments of 100 tokens); nothing protected. */
const PAPER: Partial<Settings> = {
  instructionRate: 0.85,
  questionRate: 0.9,
  sentenceLevel: false,
  budgetFactor: 2,
  rank: "perplexity",
  unit: "token",
  structure: false,
  demonstrations: false,
  passages: false,
  restoreSeparators: false,
  keepCode: false,
};

/** Slices as they are, for methods that score every unit once. */
const PLAIN: Partial<Settings> = { restoreSeparators: false, keepCode: false };

/** What each preset changes in each method. `microsoft` repeats the Python reference instead. */
export const PRESETS: Readonly<
  Record<PresetName, Readonly<Record<MethodName, Partial<Settings>>>>
> = {
  default: { llmlingua: {}, longllmlingua: {}, llmlingua2: {}, "selective-context": {} },
  paper: {
    llmlingua: PAPER,
    // LongLLMLingua §5: r_k of whole documents, instruction and question verbatim.
    longllmlingua: {
      ...PAPER,
      instructionRate: 1,
      questionRate: 1,
      rank: "question-document",
      dynamicRate: 0.3,
      contrastive: true,
    },
    llmlingua2: PLAIN,
    // Eq. 3 sums; the original's code takes the mean.
    "selective-context": { ...PLAIN, unitScore: "sum" },
  },
  microsoft: { llmlingua: {}, longllmlingua: {}, llmlingua2: {}, "selective-context": {} },
};

const WITHOUT_QUESTION: readonly string[] = [
  "auto",
  "perplexity",
  "shortest",
  "recent",
  "original",
  "random",
] satisfies RankMethod[];

/** Whether contexts are ranked for a question, before anything else is done. */
export function isByQuestion({ rank }: Pick<Settings, "rank">): boolean {
  return typeof rank !== "string" || !WITHOUT_QUESTION.includes(rank);
}
