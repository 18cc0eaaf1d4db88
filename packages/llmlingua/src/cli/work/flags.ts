/**
 * Flags that say how to compress; their defaults are the library's.
 *
 * @module
 */
import { choice, group, number, text, texts, toggle, type Values } from "../args/flags.js";

const RATE = { above: 0, max: 1 } as const;
const COUNT = { min: 1, integer: true } as const;

export const sizeFlags = group("Size (exactly one of the first two)", {
  rate: number(
    "R",
    { ...RATE, short: "r" },
    "Share of the tokens to keep, in (0, 1]: 0.3 keeps 30 %.",
  ),
  targetToken: number("N", { ...COUNT, short: "t" }, "Tokens to keep."),
  sizeOf: choice(["prompt", "contexts"], "What the size is a size of; default: prompt."),
});

export const modelFlags = group("Models", {
  tokenizer: text(
    "NAME",
    "Whose tokens are counted: an encoding, an OpenAI model or a tokenizer.json; default: cl100k_base.",
  ),
  model: text("DIR", "Folder of the scorer that decides; default: the embedded model."),
  threads: number("N", COUNT, "Threads the scorer may use."),
});

export const knobFlags = group("Tuning", {
  preset: choice(
    ["default", "paper", "microsoft"],
    "Ready-made settings, which the other options override; default: default.",
  ),
  protect: texts(
    "TEXT",
    "Text that must survive verbatim; /re/flags is a regular expression. Repeatable.",
  ),
  instructionRate: number("R", RATE, "Share of the instruction to keep; default: 1, verbatim."),
  questionRate: number("R", RATE, "Share of the question to keep; default: 1, verbatim."),
  contextLevel: toggle("Do not drop whole contexts.", { sides: "off" }),
  sentenceLevel: toggle("Drop whole sentences; default: where whole contexts leave too much.", {
    sides: "both",
  }),
  tokenLevel: toggle("Do not prune inside contexts and sentences.", { sides: "off" }),
  budgetFactor: number("K", { min: 1 }, "How far the coarse stages may overfill; default: 1.5."),
  contextOrder: choice(
    ["perplexity", "random", "original"],
    "Order in which contexts are considered; default: perplexity.",
  ),
  iterative: toggle("Score segments without the compressed ones before them.", { sides: "off" }),
  fixedRate: toggle("One rate for instruction, contexts and question alike."),
  segmentSize: number(
    "N",
    { min: 8, max: 1024, integer: true },
    "Scorer tokens in a segment; default: 100.",
  ),
  unit: choice(
    ["token", "word", "line", "sentence", "context"],
    "The smallest piece that is kept or dropped whole.",
  ),
  unitScore: choice(["mean", "max", "sum"], "How a unit's score is made of its tokens' scores."),
  tokenScore: choice(
    ["surprisal", "next-surprisal", "random"],
    "What makes a token worth keeping; default: surprisal.",
  ),
  structure: toggle("Do not keep what recurs across contexts first.", { sides: "off" }),
  restoreSeparators: toggle("Do not put separators of dropped stretches back.", { sides: "off" }),
  seed: number("N", { min: 0, integer: true }, "Seed of everything random; default: 0."),
});

export const workFlags = { ...sizeFlags, ...modelFlags, ...knobFlags };
export type WorkValues = Values<typeof workFlags>;
