/**
 * `llmlingua count`: how many tokens a text is.
 *
 * @module
 */
import type { Command } from "@commander-js/extra-typings";
import { examples } from "../args/examples.js";
import { UsageError } from "../errors.js";
import { toJson } from "../format.js";
import { readText, STDIN } from "../input/read.js";
import type { CliContext } from "../io.js";
import { remark, verboseOption } from "../output.js";
import { visibleLine } from "../visible.js";
import { TOKENIZER } from "../work/flags.js";

const EXAMPLES = examples([
  ["llmlingua count prompt.txt", "in the tokens of GPT-4"],
  ["llmlingua count docs/*.md --tokenizer gpt-4o", "several files, in another model's tokens"],
  ["git diff | llmlingua count", "from standard input"],
]);

/** Adds it to the program. */
export function addCount(program: Command, { io, library }: CliContext): void {
  program
    .command("count")
    .description("Count the tokens of files, each and in all.")
    .usage("[FILE…|-] [options]")
    .argument("[FILE...]", "Text files; without one, or with -, standard input.")
    .option(...TOKENIZER)
    .option("--json", "Print {tokenizer, total, files: [{file, tokens}]}.")
    .addOption(verboseOption)
    .addHelpText("after", EXAMPLES)
    .action(async (paths, { tokenizer, json, verbose }) => {
      if (paths.length === 0 && io.stdin.isTTY) {
        throw new UsageError("No input. Give a FILE, pipe text in, or write - to type it.");
      }
      const { loadTokenCounter, DEFAULT_TOKENIZER } = await library();
      const counter = await loadTokenCounter(tokenizer ?? DEFAULT_TOKENIZER);
      const files: FileTokens[] = [];
      for (const file of paths.length > 0 ? paths : [STDIN]) {
        files.push({ file, tokens: counter.count(await readText(file, io)) });
      }
      const total = files.reduce((sum, { tokens }) => sum + tokens, 0);
      const report = { tokenizer: counter.name, total, files };
      io.stdout.write(json ? `${toJson(report)}\n` : countTable(files, total));
      remark(`tokens of ${counter.name}`, verbose, io);
    });
}

interface FileTokens {
  readonly file: string;
  readonly tokens: number;
}

/** Plain digits, right-aligned, like `wc`; the total only when there are several files. */
function countTable(files: readonly FileTokens[], total: number): string {
  const rows = files.length > 1 ? [...files, { file: "total", tokens: total }] : files;
  const width = Math.max(...rows.map(({ tokens }) => String(tokens).length));
  return rows
    .map(({ file, tokens }) => `${String(tokens).padStart(width)} ${visibleLine(file)}\n`)
    .join("");
}
