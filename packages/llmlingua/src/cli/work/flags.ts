/**
 * Options that say how small, and by which models; their defaults are the library's.
 *
 * @module
 */
import { Option } from "@commander-js/extra-typings";
import { numberIn, numberOr } from "../args/parsers.js";
import type { withForms } from "../input/form-flags.js";

/** A share of something. */
export const RATE = { above: 0, max: 1 } as const;
const COUNT = { min: 1, integer: true } as const;

const rate = new Option(
  "-r, --rate <R>",
  "Share of the tokens to keep, in (0, 1]: 0.3 keeps 30 %; auto: as few as the text allows.",
)
  .argParser(numberOr("auto", RATE))
  .conflicts("targetToken");

const information = new Option(
  "--information <S>",
  "With --rate auto: share of the information that stays, in (0, 1]; default: 0.8.",
)
  .argParser(numberIn(RATE))
  .conflicts("questionLoss");

const QUESTION_LOSS =
  "Instead: nats per token by which the question may become less likely, at least 0. Compresses " +
  "several times.";

const sizeOf = new Option(
  "--size-of <WHAT>",
  "What the size is a size of; compressible is all that has no rate of its own. Default: prompt; " +
    "with tags, JSON and messages compressible.",
).choices(["prompt", "contexts", "compressible"]);

/** `--tokenizer`, of every command that counts. */
export const TOKENIZER = [
  "--tokenizer <NAME>",
  "Whose tokens are counted: an encoding, an OpenAI model or a tokenizer.json; default: cl100k_base.",
] as const;

const CLASSIFIER =
  "Folder of an LLMLingua-2 checkpoint in ONNX, which --method llmlingua2 decides by.";

/** Size and models. */
export function withWork(command: ReturnType<typeof withForms>) {
  return command
    .optionsGroup("Size (exactly one of the first two):")
    .addOption(rate)
    .option("-t, --target-token <N>", "Tokens to keep.", numberIn(COUNT))
    .addOption(sizeOf)
    .addOption(information)
    .option("--question-loss <D>", QUESTION_LOSS, numberIn({ min: 0 }))
    .option("--floor <R>", "With --rate auto: least rate; default: 0.1.", numberIn(RATE))
    .optionsGroup("Models:")
    .option(...TOKENIZER)
    .option("--model <DIR>", "Folder of the scorer that decides; default: the embedded model.")
    .option("--classifier <DIR>", CLASSIFIER)
    .option("--threads <N>", "Threads that models may use.", numberIn(COUNT));
}
