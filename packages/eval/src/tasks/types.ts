/**
 * A task: prompts to compress, questions to ask, answers to compare with.
 *
 * @module
 */

/** One question to a target model. */
export interface Item {
  /** Unique in its task. */
  readonly id: string;
  /** What follows the compressed prompt, verbatim in every method, labels and line breaks included. */
  readonly suffix: string;
  /** The expected continuation, of which the log-likelihood is taken; "" where there is none. */
  readonly gold: string;
  /** Accepted answers (exact match, best subspan) or reference texts (overlap). */
  readonly answers: readonly string[];
  /** How this item's answer is scored, where not by all of the task's metrics. */
  readonly metric?: MetricName;
}

/** Items that share one prompt, which is compressed once for all of them. */
export interface Group {
  readonly id: string;
  /** Verbatim in every method, and part of what is sized; "" = none. */
  readonly instruction: string;
  /** Demonstrations, documents, paragraphs or turns, in order; what is compressed. */
  readonly contexts: readonly string[];
  /** What lies between two contexts. */
  readonly joint: string;
  /** For question-aware methods: the bare question, without labels. */
  readonly question?: string;
  /** Whether sizes count the item's suffix; then the group has one item. */
  readonly asks: boolean;
  /** A conversation as messages, the last one its question; contexts are the same history as texts. */
  readonly chat?: Chat;
  readonly items: readonly Item[];
}

/** A conversation for `compressMessages`. */
export interface Chat {
  /** In OpenAI's format. */
  readonly messages: readonly unknown[];
  /** The messages before the last one as one text, as the contexts have it. */
  textOfHistory(messages: readonly unknown[]): string;
}

/** Sizes of what comes before the suffix. */
export type Sizes =
  | { readonly tokens: readonly number[]; readonly ratios?: never }
  /** Original tokens divided by those kept; of the contexts alone where the group `asks`. */
  | { readonly ratios: readonly number[]; readonly tokens?: never };

/** How answers are scored; see `metrics/`. */
export type MetricName =
  | "gsm8k"
  | "bbh"
  | "subspan"
  | "exact"
  | "f1"
  | "rouge"
  | "bleu"
  | "bertscore";

/** What a loader is given. */
export interface TaskOptions {
  /** Folder with the public data; absent = the items that ship with this package. */
  readonly data?: string;
  /** Most items; default the task's own. */
  readonly items?: number;
  /** Items left out first: those on which something was chosen. Default 0. */
  readonly skip?: number;
  /** Draws, where a task draws. Default 0. */
  readonly seed?: number;
  /** Tokens of a text in the target's tokenizer. */
  count(text: string): number;
  /** Task-specific choices, such as `prompt`, `subtasks`, `distractors`, `shots`; unknown ones are an error. */
  readonly choices?: Readonly<Record<string, string>>;
}

export interface Task {
  /** As on the command line. */
  readonly name: string;
  readonly title: string;
  /** Where the experiment stands, e.g. "LLMLingua, Table 1". */
  readonly paper: string;
  readonly sizes: Sizes;
  /** Names of the methods that run unless others are asked for; `full` and `zero` among them. */
  readonly methods: readonly string[];
  /** The first is the one that tables sort by; none where only the likelihood of `gold` says something. */
  readonly metrics: readonly MetricName[];
  /** Most tokens of an answer; 0 = nothing is generated. */
  readonly maxNewTokens: number;
  /** Texts that end an answer. */
  readonly stop: readonly string[];
  /** Names that `choices` may have, each with a line of help. */
  readonly choices: Readonly<Record<string, string>>;
  /** @throws EvaluationError `data-missing`, `data-layout` with the file, line and field */
  load(options: TaskOptions): Promise<readonly Group[]>;
}
