/**
 * The whole command line, as commander's tree of commands.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import { addCompress } from "./commands/compress.js";
import { addCount } from "./commands/count.js";
import { addExplain } from "./commands/explain.js";
import { addModels } from "./commands/models.js";
import { addPackaged } from "./commands/packaged.js";
import { addRecover } from "./commands/recover.js";
import type { CliContext, Output } from "./io.js";
import { visible } from "./visible.js";

/** The way out of every usage error. */
export const HELP_HINT = "llmlingua <command> --help shows what can be given.";

const AFTER = `
Examples:
  llmlingua compress prompt.txt --rate 0.3
  cat notes.md | llmlingua compress --target-token 500 > short.md
  llmlingua compress *.md --method longllmlingua --question "When did it open?" --rate 0.3

Exit codes:
  0 fine   1 the work failed   2 wrong usage or input   130 cancelled with Ctrl-C

llmlingua <command> --help says more about a command.`;

/** Writes only to `context.io`, and throws CommanderError where commander would exit. */
export function createProgram(context: CliContext, version: string): Command {
  const { stdout, stderr } = context.io;
  const program = new Command("llmlingua")
    .description("Shorter prompts that say the same (LLMLingua, arXiv 2310.05736).")
    .usage("<command> [options]")
    .optionsGroup("General:")
    .version(version, "-V, --version", "Print the version.")
    .helpOption("-h, --help", "Print this.")
    .helpCommand("help [command]", "Print this, or the help of a command.")
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      optionDescription: ({ description, argChoices }) =>
        argChoices ? `${description} One of ${argChoices.join(", ")}.` : description,
    })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(visible(text)),
      getOutHelpWidth: () => helpWidth(stdout),
      getErrHelpWidth: () => helpWidth(stderr),
    })
    .addHelpText("after", AFTER)
    .showHelpAfterError(HELP_HINT)
    .exitOverride();
  for (const add of [addCompress, addExplain, addRecover, addCount, addModels, addPackaged])
    add(program, context);
  return program;
}

function helpWidth({ columns = 100 }: Output): number {
  return Math.min(100, Math.max(50, columns));
}
