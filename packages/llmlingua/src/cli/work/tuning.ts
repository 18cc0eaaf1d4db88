/**
 * Options for every knob of the method; their defaults are the library's.
 *
 * @module
 */
import { Option } from "@commander-js/extra-typings";
import { numberIn } from "../args/parsers.js";
import { RATE } from "./flags.js";
import { collectProtect, PROTECT } from "./protect.js";
import type { withRank } from "./rank-flags.js";

const SEGMENT = { min: 8, max: 1024, integer: true } as const;

const preset = new Option(
  "--preset <NAME>",
  "Ready-made settings, which the other options override; default: default.",
).choices(["default", "paper", "microsoft"]);

const unit = new Option(
  "--unit <NAME>",
  "The smallest piece that is kept or dropped whole; default: word. phrase is for --method " +
    "selective-context, whose default it is.",
).choices(["token", "word", "phrase", "line", "sentence", "context"]);

const unitScore = new Option(
  "--unit-score <NAME>",
  "How a unit's score is made of its tokens' scores.",
).choices(["mean", "max", "sum"]);

const tokenScore = new Option(
  "--token-score <NAME>",
  "What makes a token worth keeping; default: surprisal.",
).choices(["surprisal", "next-surprisal", "random"]);

const PASSAGES =
  "Keep whole sentences of what are no worked examples; default: with --method llmlingua, but not of " +
  "JSON, nor where --rank, --unit or another option of the stages that drop contexts and words is given.";

/** What may be dropped, and which of it first. */
export function withCoarse(command: ReturnType<typeof withRank>) {
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
      "How far the coarse stages may overfill; default: 1.5, of worked examples 2.7.",
      numberIn({ min: 1, max: 1000 }),
    );
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
    .option("--no-keep-code", "Compress Markdown code like all text.")
    .option("--no-structure", "Do not keep what recurs across contexts first.")
    .option("--no-demonstrations", "Do not cut worked examples as such.")
    .option("--passages", PASSAGES)
    .option("--no-passages", "Drop contexts, then sentences, then words.")
    .option("--no-restore-separators", "Do not put separators of dropped stretches back.")
    .option("--seed <N>", "Seed of everything random; default: 0.", seed);
}
