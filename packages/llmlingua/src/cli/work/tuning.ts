/**
 * Options for every knob of the method; their defaults are the library's.
 *
 * @module
 */
import { Option } from "@commander-js/extra-typings";
import { numberIn } from "../args/parsers.js";
import { RATE, type withWork } from "./flags.js";
import { collectProtect } from "./protect.js";

const SEGMENT = { min: 8, max: 1024, integer: true } as const;

const preset = new Option(
  "--preset <NAME>",
  "Ready-made settings, which the other options override; default: default.",
).choices(["default", "paper", "microsoft"]);

const rank = new Option(
  "--rank <NAME>",
  "What contexts are ranked by; default: perplexity, with --method longllmlingua question.",
).choices(["perplexity", "original", "random", "question", "question-document", "bm25", "gzip"]);

const order = new Option(
  "--order <NAME>",
  "Order of the contexts in the result; default: original, with --method longllmlingua relevance.",
).choices(["original", "relevance", "two-sided"]);

const unit = new Option(
  "--unit <NAME>",
  "The smallest piece that is kept or dropped whole.",
).choices(["token", "word", "line", "sentence", "context"]);

const unitScore = new Option(
  "--unit-score <NAME>",
  "How a unit's score is made of its tokens' scores.",
).choices(["mean", "max", "sum"]);

const tokenScore = new Option(
  "--token-score <NAME>",
  "What makes a token worth keeping; default: surprisal.",
).choices(["surprisal", "next-surprisal", "random"]);

const PROTECT =
  "Text that must survive verbatim; /re/flags is a regular expression. May be given more than once.";

/** What may be dropped, and which of it first. */
export function withCoarse(command: ReturnType<typeof withWork>) {
  const share = numberIn(RATE);
  return command
    .optionsGroup("Tuning:")
    .addOption(preset)
    .option("--protect <TEXT>", PROTECT, collectProtect)
    .option(
      "--instruction-rate <R>",
      "Share of the instruction to keep; default: 1, verbatim.",
      share,
    )
    .option("--question-rate <R>", "Share of the question to keep; default: 1, verbatim.", share)
    .option("--no-context-level", "Do not drop whole contexts.")
    .option(
      "--sentence-level",
      "Drop whole sentences; default: where whole contexts leave too much.",
    )
    .option("--no-sentence-level", "Do not drop whole sentences.")
    .option("--no-token-level", "Do not prune inside contexts and sentences.")
    .option(
      "--budget-factor <K>",
      "How far the coarse stages may overfill; default: 1.5.",
      numberIn({ min: 1 }),
    )
    .addOption(rank)
    .addOption(order);
}

/** How the rest is scored, cut and put together. */
export function withFine(command: ReturnType<typeof withCoarse>) {
  const seed = numberIn({ min: 0, integer: true });
  return command
    .option("--no-iterative", "Score segments without the compressed ones before them.")
    .option("--fixed-rate", "One rate for instruction, contexts and question alike.")
    .option("--segment-size <N>", "Scorer tokens in a segment; default: 100.", numberIn(SEGMENT))
    .addOption(unit)
    .addOption(unitScore)
    .addOption(tokenScore)
    .option("--no-structure", "Do not keep what recurs across contexts first.")
    .option("--no-restore-separators", "Do not put separators of dropped stretches back.")
    .option("--seed <N>", "Seed of everything random; default: 0.", seed);
}
