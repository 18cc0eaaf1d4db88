/**
 * `llmlingua recover`: what a model copied from a compressed prompt, as the original has it.
 *
 * @module
 */
import type { Command } from "@commander-js/extra-typings";
import { examples } from "../args/examples.js";
import { numberIn } from "../args/parsers.js";
import { UsageError } from "../errors.js";
import { toJson } from "../format.js";
import type { CliContext } from "../io.js";
import { remark, verboseOption } from "../output.js";

const COMPRESSED =
  "The result that the prompt came from, as llmlingua compress --json prints it: it holds the " +
  "original and where the kept words stand in it.";

const MAX_GAP =
  "Largest step from a kept word to the next in the original, in words, 1 to 1000; default: 10.";

const EXAMPLES = examples([
  [
    "llmlingua compress prompt.txt -r 0.3 --json > short.json",
    "first: compress and keep the result",
  ],
  ["llmlingua recover answer.txt --compressed short.json", "then: the answer in whole words"],
  ["ask-a-model | llmlingua recover --compressed short.json --json", "with what was replaced"],
]);

/** Adds it to the program. */
export function addRecover(program: Command, { io, library }: CliContext): void {
  program
    .command("recover")
    .description("Put a response's words back to how the original prompt has them.")
    .usage("[RESPONSE|-] --compressed FILE [options]")
    .argument("[RESPONSE]", "What a model answered; without it, or with -, standard input.")
    .option("--compressed <FILE>", COMPRESSED)
    .option("--max-gap <N>", MAX_GAP, numberIn({ min: 1, max: 1000, integer: true }))
    .option("--json", "Print {text, replacements: [{response, original}]}, with UTF-16 offsets.")
    .addOption(verboseOption)
    .addHelpText("after", EXAMPLES)
    .action(async (path, { compressed: result, maxGap, json, verbose }) => {
      if (result === undefined) {
        throw new UsageError(
          "Recover from which prompt? Give --compressed FILE, made by llmlingua compress --json.",
        );
      }
      // Late, for it brings zod: help needs none.
      const { readRecovery } = await import("../input/recovery.js");
      const { original, compressed, response } = await readRecovery(path, result, io);
      const { recover } = await library();
      const recovered = recover({ original, compressed, response, maxGap });
      const { text, replacements } = recovered;
      io.stdout.write(json ? `${toJson({ text, replacements })}\n` : text);
      const count = replacements.length;
      remark(`${count} ${count === 1 ? "replacement" : "replacements"}`, verbose, io);
    });
}
