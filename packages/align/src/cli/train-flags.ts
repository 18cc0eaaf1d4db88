/**
 * Options of `llmlingua align train`.
 *
 * @module
 */
import { type Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { examples, numberIn } from "llmlingua/cli-kit";
import { TEMPLATES } from "../encode/index.js";
import { PROJECTIONS, type Projection } from "../graphs/index.js";
import { DEFAULTS, type TrainSettings } from "../train/index.js";

export interface TrainFlags extends TrainSettings {
  readonly pairs: string;
  readonly out: string;
  readonly base?: string;
  readonly damaged: "refuse" | "skip";
  readonly threads?: number;
  readonly checkpointSteps: number;
  /** False begins anew. */
  readonly resume: boolean;
  readonly json?: true;
}

const COUNT = numberIn({ min: 1, integer: true });
// Beyond this a step takes more than 4 GB.
const TOKENS = numberIn({ min: 16, max: 2048, integer: true });
const POSITIVE = numberIn({ above: 0 });
const BELOW_ONE = numberIn({ min: 0, max: 1 });

const EXAMPLES = examples([
  ["llmlingua align train --pairs pairs.jsonl --out my-scorer", "tune the embedded model"],
  [
    "llmlingua align train --pairs pairs.jsonl --out my-scorer --epochs 3 --rank 16 --projections q,v",
    "longer, with other adapters",
  ],
]);

/** Adds the command; `action` gets what was asked for. */
export function withTrain(program: Command, action: (flags: TrainFlags) => Promise<void>): void {
  const command = program
    .command("train")
    .description(
      "Trains low-rank adapters on the answers: what surprises the large model is to surprise the small one. The same command takes up a training that was stopped.",
    )
    .requiredOption("--pairs <file>", "Pairs, as llmlingua align collect writes them.")
    .requiredOption("--out <folder>", "Scorer to write; checkpoints go into <folder>.checkpoint.")
    .option("--base <folder>", "Model to tune; default the embedded one.")
    .addOption(
      new Option("--damaged <what>", "What a damaged line of the file does.")
        .choices(["refuse", "skip"] as const)
        .default("refuse" as const),
    );
  const adapters = command
    .option("--rank <n>", "Rank of each adapter.", COUNT, DEFAULTS.rank)
    .option("--alpha <a>", "Adapters are multiplied by alpha / rank.", POSITIVE, DEFAULTS.alpha)
    .option(
      "--projections <names>",
      "Matrices with adapters.",
      projectionsOf,
      DEFAULTS.projections as readonly Projection[],
    );
  const steps = adapters
    .option("--learning-rate <r>", "The highest.", POSITIVE, DEFAULTS.learningRate)
    .option("--epochs <n>", "Times that every pair is read.", COUNT, DEFAULTS.epochs)
    .option("--batch-tokens <n>", "Tokens of a step.", TOKENS, DEFAULTS.batchTokens)
    .option("--max-tokens <n>", "Tokens of prompt and answer.", TOKENS, DEFAULTS.maxTokens)
    .addOption(
      new Option("--template <name>", "Bare text, or the instruct model's form.")
        .choices(TEMPLATES)
        .default(DEFAULTS.template),
    )
    .option("--warmup <share>", "Steps in which the rate rises.", BELOW_ONE, DEFAULTS.warmup)
    .option("--clip <norm>", "The longest gradient.", POSITIVE, DEFAULTS.clip)
    .option("--weight-decay <d>", "AdamW's.", BELOW_ONE, DEFAULTS.weightDecay)
    .option("--seed <n>", "Of every draw.", numberIn({ min: 0, integer: true }), DEFAULTS.seed);
  steps
    .option(
      "--held-out <n>",
      "Share or number of pairs kept for measuring. Groups are kept whole: somewhat fewer, or the smallest where every group is larger.",
      heldOutOf,
      DEFAULTS.heldOut,
    )
    .option("--evaluations <n>", "Measurements, evenly spaced.", COUNT, DEFAULTS.evaluations)
    .option(
      "--patience <n>",
      "Measurements without a best until it stops.",
      COUNT,
      DEFAULTS.patience,
    )
    .option("--checkpoint-steps <n>", "Steps between checkpoints.", COUNT, 20)
    .option("--no-resume", "Begin anew, whatever was done.")
    .option(
      "--threads <n>",
      "Threads to compute with; default the CPUs, half of them on x64 with more than 4; at most 8.",
      COUNT,
    )
    .option("--json", "Print everything as JSON.")
    .addHelpText("after", EXAMPLES)
    .action(action);
}

function projectionsOf(raw: string): readonly Projection[] {
  const names = raw.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !PROJECTIONS.some((one) => one === name));
  if (unknown === undefined) return PROJECTIONS.filter((one) => names.includes(one));
  throw new InvalidArgumentError(`There is no ${unknown}; there are ${PROJECTIONS.join(", ")}.`);
}

function heldOutOf(raw: string): number {
  const given = numberIn({ above: 0 })(raw);
  if (given <= 0.5 || Number.isInteger(given)) return given;
  throw new InvalidArgumentError("It must be a share up to 0.5, or a whole number of pairs.");
}
