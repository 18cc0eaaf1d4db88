/**
 * `llmlingua eval`: the experiments, which are a package of their own.
 *
 * @module
 */
import type { Command } from "@commander-js/extra-typings";
import { examples } from "../args/examples.js";
import { UsageError } from "../errors.js";
import type { Evaluation } from "../io.js";

/** Its word. */
export const EVAL = "eval";

/** A name and not a literal: that package is built after this one, and need not be there. */
const PACKAGE = "@llmlingua/eval";

const EXAMPLES = examples([
  ["llmlingua eval --help", "all experiments"],
  ["llmlingua eval quick", "all methods on a few dozen items, offline, in minutes"],
  ["llmlingua eval own prompts.jsonl --target URL --model NAME", "your prompts on your model"],
]);

/** Adds it to the program's help; its words are read by `loadEvaluation`'s `run`. */
export function addEval(program: Command): void {
  program
    .command(EVAL)
    .description("Does compression pay? The papers' experiments, and your own prompts.")
    .addHelpText("after", EXAMPLES);
}

/** @throws UsageError where the package is not installed */
export async function loadEvaluation(): Promise<Evaluation> {
  try {
    return (await import(`${PACKAGE}/command`)) as Evaluation;
  } catch (error) {
    const isMissing =
      error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
    if (!isMissing || !error.message.includes(`'${PACKAGE}'`)) throw error;
    throw new UsageError(
      `llmlingua eval is in the package ${PACKAGE}, which is not installed. Install it: npm install ${PACKAGE}`,
    );
  }
}
