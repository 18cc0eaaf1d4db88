/**
 * Options that say how small, and by which models; their defaults are the library's.
 *
 * @module
 */
import { Option } from "@commander-js/extra-typings";
import { numberIn } from "../args/parsers.js";
import type { withInput } from "../input/flags.js";

/** A share of something. */
export const RATE = { above: 0, max: 1 } as const;
const COUNT = { min: 1, integer: true } as const;

const rate = new Option("-r, --rate <R>", "Share of the tokens to keep, in (0, 1]: 0.3 keeps 30 %.")
  .argParser(numberIn(RATE))
  .conflicts("targetToken");

const sizeOf = new Option(
  "--size-of <WHAT>",
  "What the size is a size of; default: prompt.",
).choices(["prompt", "contexts"]);

/** `--tokenizer`, of every command that counts. */
export const TOKENIZER = [
  "--tokenizer <NAME>",
  "Whose tokens are counted: an encoding, an OpenAI model or a tokenizer.json; default: cl100k_base.",
] as const;

/** Size and models. */
export function withWork(command: ReturnType<typeof withInput>) {
  return command
    .optionsGroup("Size (exactly one of the first two):")
    .addOption(rate)
    .option("-t, --target-token <N>", "Tokens to keep.", numberIn(COUNT))
    .addOption(sizeOf)
    .optionsGroup("Models:")
    .option(...TOKENIZER)
    .option("--model <DIR>", "Folder of the scorer that decides; default: the embedded model.")
    .option("--threads <N>", "Threads the scorer may use.", numberIn(COUNT));
}
