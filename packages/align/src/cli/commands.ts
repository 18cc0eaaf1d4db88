/**
 * `llmlingua align …` as commander's tree of commands.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import { examples, type Io, visible } from "llmlingua/cli-kit";
import { addCollect } from "./collect.js";
import { addReport } from "./report.js";
import { addTrain } from "./train.js";

/** The way out of every usage error. */
export const HINT = "llmlingua align <command> --help shows what can be given.";

const EXAMPLES = examples([
  [
    "llmlingua align collect --target https://api.openai.com/v1 --model gpt-4o-mini --api-key-env OPENAI_API_KEY --prompts prompts.jsonl --out pairs.jsonl",
    "what your model answers to your prompts",
  ],
  ["llmlingua align train --pairs pairs.jsonl --out my-scorer", "the small model, tuned on that"],
  ["llmlingua align report --scorer my-scorer --pairs pairs.jsonl", "whether it was worth it"],
  ["llmlingua compress prompt.txt --rate 0.3 --model my-scorer", "use it"],
]);

/** @param words - the command line, for the record */
export function createCommands(io: Io, words: readonly string[]): Command {
  const program = new Command("llmlingua align")
    .description(
      "Tunes the small model on the large one's own answers (LLMLingua, arXiv 2310.05736, §4.3).",
    )
    .usage("<command> [options]")
    .helpOption("-h, --help", "Print this.")
    .helpCommand("help [command]", "Print this, or the help of a command.")
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(visible(text)),
    })
    .addHelpText("after", EXAMPLES)
    .showHelpAfterError(HINT)
    .exitOverride();
  for (const add of [addCollect, addTrain, addReport]) add(program, io, words);
  return program;
}
