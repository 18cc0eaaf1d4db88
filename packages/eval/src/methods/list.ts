/**
 * All methods by name.
 *
 * @module
 */
import { settingsOf } from "llmlingua";
import { bodyOf } from "./body.js";
import {
  randomTokens,
  shortestOne,
  tail,
  truncated,
  wholeFirst,
  wholeLast,
  wholeShortest,
} from "./cut.js";
import {
  byMessages,
  byOptions,
  byReferenceCall,
  type MessageOptions,
  type Options,
} from "./library.js";
import { selectiveLines } from "./lines.js";
import { withoutStopWords } from "./stop-words.js";
import type { Method, Work } from "./types.js";

/** Verbatim, so that only the contexts differ. */
const VERBATIM = { instructionRate: 1, questionRate: 1 } as const;
const PAPER = { preset: "paper", ...VERBATIM } as const;
const LONG = { method: "longllmlingua" } as const;
const WHOLE = { tokenLevel: false, sentenceLevel: false } as const;

type Rest = Pick<Method, "needs" | "control" | "identity" | "ablates">;

function method(
  name: string,
  title: string,
  compress: (work: Work) => Promise<string | undefined> | string | undefined,
  rest: Rest = {},
): Method {
  return { name, title, sized: true, ...rest, compress: async (work) => compress(work) };
}

/**
 * A method of compress options, and the same with random words as its control where there are words to choose.
 *
 * @throws LlmlinguaError `invalid-option` for options that `compress` would not take
 */
export function optionsMethods(name: string, title: string, options: Options): readonly Method[] {
  settingsOf({ ...options, rate: 0.5 });
  const identity = JSON.stringify(options);
  const control = `${name}-random`;
  const own = method(name, title, (work) => byOptions(work, options), { identity });
  if (!takesRandom(options)) return [own];
  const random = (work: Work) =>
    byOptions(work, { ...options, tokenScore: "random", seed: work.seed });
  return [{ ...own, control }, method(control, `${title}, random words`, random, { identity })];
}

/** The repeated reference refuses it when it is called, not when it is set. */
function takesRandom(options: Options): boolean {
  if (options.preset === "microsoft") return false;
  try {
    settingsOf({ ...options, rate: 0.5, tokenScore: "random" });
    return true;
  } catch {
    return false;
  }
}

/** A method of this list and its control; the ranking by question stays, the words left in it are by chance. */
function controlled(
  name: string,
  title: string,
  options: Options,
  rest: Rest = {},
): readonly Method[] {
  const control = `${name}-random`;
  const random = (work: Work) =>
    byOptions(work, { ...options, tokenScore: "random", seed: work.seed });
  return [
    plain(name, title, options, { ...rest, control }),
    method(control, `${title}, random words`, random, rest),
  ];
}

function plain(name: string, title: string, options: Options, rest: Rest = {}): Method {
  return method(name, title, (work) => byOptions(work, options), rest);
}

/** The paper's setting with a part of it changed; the control of all of them is the paper's, `paper-random`. */
function ablation(name: string, title: string, change: Options): Method {
  return plain(name, `– ${title}`, { ...PAPER, ...change }, { ablates: "paper" });
}

function messagesMethods(name: string, title: string, options: MessageOptions): readonly Method[] {
  const control = `${name}-random`;
  const needs = "chat" as const;
  return [
    method(name, title, (work) => byMessages(work, options), { needs, control }),
    method(
      control,
      `${title}, random numbers`,
      (work) => byMessages(work, { ...options, tokenScore: "random", seed: work.seed }),
      { needs },
    ),
  ];
}

const OWN: readonly Method[] = [
  ...optionsMethods("default", "LLMLingua, default", {}),
  ...optionsMethods("stages", "LLMLingua, budget controller and tokens", { passages: false }),
  ...messagesMethods("messages", "Messages, default", {}),
  ...messagesMethods("messages-free", "Messages, calls may go", { keepCalls: false }),
  ...controlled("longllmlingua", "LongLLMLingua, default", LONG, { needs: "question" }),
  plain(
    "long-whole",
    "LongLLMLingua's ranking, whole documents",
    { ...LONG, ...WHOLE },
    { needs: "question" },
  ),
];

/** The papers' own settings and Table 3's ablations; its row of stop words stands with the methods without a size. */
const PAPERS: readonly Method[] = [
  ...optionsMethods("paper", "LLMLingua, the paper's setting", PAPER),
  ablation("paper-no-iterative", "w/o iterative token-level compression", { iterative: false }),
  ablation("paper-no-budget", "w/o budget controller", {
    contextLevel: false,
    sentenceLevel: false,
  }),
  ablation("paper-fixed-rate", "w/o dynamic compression ratio", { fixedRate: true }),
  ablation("paper-random-rank", "w/ random selection in budget controller", { rank: "random" }),
  ...controlled(
    "longllmlingua-paper",
    "LongLLMLingua, the paper's setting",
    { ...LONG, ...PAPER },
    { needs: "question" },
  ),
  plain("microsoft", "Python reference, repeated", { preset: "microsoft" }),
  method("microsoft-notebook", "Python reference, parameters of its GSM8K notebook", (work) =>
    byReferenceCall(work, { contextBudget: "*1.5", iterativeSize: 100 }),
  ),
  plain(
    "longllmlingua-microsoft",
    "Python reference, LongLLMLingua",
    { ...LONG, preset: "microsoft" },
    { needs: "question" },
  ),
  plain("llmlingua2", "LLMLingua-2", { method: "llmlingua2" }, { needs: "classifier" }),
];

const BASELINES: readonly Method[] = [
  plain("selective-context", "Selective-Context, phrases", { method: "selective-context" }),
  plain("selective-sentence", "Selective-Context, sentences", {
    method: "selective-context",
    unit: "sentence",
  }),
  plain("selective-token", "Selective-Context, tokens", {
    method: "selective-context",
    unit: "token",
  }),
  method("selective-line", "Selective-Context, lines", selectiveLines),
  plain(
    "bm25",
    "BM25, whole documents",
    { ...LONG, rank: "bm25", ...WHOLE },
    { needs: "question" },
  ),
  plain("whole-ranked", "Whole contexts by perplexity", {
    ...WHOLE,
    rank: "perplexity",
    demonstrations: false,
  }),
  method("whole-first", "Whole contexts, first", wholeFirst),
  method("whole-last", "Whole contexts, last", wholeLast),
  method("whole-shortest", "Whole contexts, shortest", wholeShortest),
  method("truncate", "Truncation", truncated),
  method("tail", "Tail", tail),
  method("random-tokens", "Random tokens", randomTokens),
];

const UNSIZED: readonly Method[] = [
  {
    name: "full",
    title: "Full prompt",
    sized: false,
    compress: async ({ group }) => bodyOf(group, group.contexts),
  },
  {
    name: "zero",
    title: "No contexts",
    sized: false,
    compress: async ({ group }) => group.instruction,
  },
  {
    name: "shortest-one",
    title: "Shortest context, whole",
    sized: false,
    compress: async (work) => shortestOne(work),
  },
  {
    name: "no-stop-words",
    title: "English stop words removed",
    sized: false,
    compress: withoutStopWords,
  },
];

/**
 * Those without a control have no words that a score of this library chooses: whole contexts (`long-whole`, `bm25`,
 * `whole-…`), cuts, and the repeated reference, `selective-context` and `llmlingua2`, which take no `tokenScore`.
 */
export const METHODS: readonly Method[] = [...UNSIZED, ...OWN, ...PAPERS, ...BASELINES];
