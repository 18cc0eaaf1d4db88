/**
 * `llmlingua explain`: what was kept, what was dropped, and why.
 *
 * @module
 */
import type { Command } from "@commander-js/extra-typings";
import { examples } from "../args/examples.js";
import { given } from "../args/given.js";
import { colours } from "../colours.js";
import { budgetTable } from "../explain/budget.js";
import { explainPage } from "../explain/page.js";
import { keptAndDropped } from "../explain/terminal.js";
import { autoLine, summaryLine } from "../format.js";
import type { CliContext } from "../io.js";
import { deliver, remark, verboseOption } from "../output.js";
import { compressFiles } from "../work/compress.js";
import { withCompression } from "../work/options.js";

const HTML = "Write a page with a heat map of surprisal instead; - is standard output.";

const EXAMPLES = examples([
  ["llmlingua explain prompt.txt --rate 0.3", "dropped words dim, then the budget of each part"],
  [
    "llmlingua explain prompt.json -t 500 --html report.html",
    "a self-contained page to look at or send",
  ],
  ["llmlingua explain prompt.txt -r 0.3 --color | less -R", "coloured in a pager"],
  [
    'llmlingua explain a.md b.md c.md --method longllmlingua --question "Who?" -r 0.3',
    "which document matters for a question",
  ],
  ["llmlingua explain chat.json --messages -r 0.5", "a chat; --json-rules and --tagged work too"],
]);

/** Adds it to the program. */
export function addExplain(program: Command, context: CliContext): void {
  const { io } = context;
  withCompression(program.command("explain"))
    .description("Show what a compression keeps and drops, in the terminal or as a page.")
    .usage("[FILE…|-] (--rate R | --target-token N) [--html FILE] [options]")
    .optionsGroup("Output:")
    .option("--html <FILE>", HTML)
    .option("--color", "Colour; default: on a terminal, unless NO_COLOR is set.")
    .option("--no-color", "No colour: dropped stretches stand between [- and -].")
    .addOption(verboseOption)
    .addHelpText("after", EXAMPLES)
    .action(async (files, _options, command) => {
      const { html, color, verbose, ...values } = given(command);
      const { result } = await compressFiles(files, values, context);
      if (html === undefined) {
        const paint = colours(color, io);
        io.stdout.write(`${keptAndDropped(result, paint)}\n\n${budgetTable(result, paint)}`);
      } else {
        await deliver(explainPage(result), html, io);
        if (html !== "-") remark(`wrote ${html}`, verbose, io);
      }
      for (const line of [summaryLine(result), autoLine(result)]) {
        if (line !== undefined) remark(line, verbose, io);
      }
    });
}
