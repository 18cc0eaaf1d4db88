/**
 * Options that say which algorithm decides.
 *
 * @module
 */
import { Option } from "@commander-js/extra-typings";
import { collect } from "../args/parsers.js";
import type { withWork } from "./flags.js";

const method = new Option(
  "--method <NAME>",
  "What decides: llmlingua (default) drops what is least surprising; longllmlingua what says least " +
    "about the question; llmlingua2 what a classifier votes out; selective-context the most " +
    "expected phrases.",
).choices(["llmlingua", "longllmlingua", "llmlingua2", "selective-context"]);

const tokenToWord = new Option(
  "--token-to-word <HOW>",
  "How a word's probability comes from those of its tokens; default: mean.",
).choices(["mean", "first"]);

const FORCE_TOKEN =
  "Text that stays wherever it stands, taken as it is written: in bash, $'\\n' is a line break. May " +
  "be given more than once.";

const DROP_CONSECUTIVE = "Of equal force tokens in a row only the first must stay.";

/** The method, and what LLMLingua-2 alone takes. */
export function withMethod(command: ReturnType<typeof withWork>) {
  return command
    .optionsGroup("Method:")
    .addOption(method)
    .optionsGroup("Words of --method llmlingua2:")
    .option("--force-token <TEXT>", FORCE_TOKEN, collect)
    .option("--force-digits", "Words with a digit stay.")
    .option("--drop-consecutive", DROP_CONSECUTIVE)
    .addOption(tokenToWord);
}
