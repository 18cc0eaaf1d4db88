/**
 * `llmlingua compress`: the shorter prompt on standard output.
 *
 * @module
 */
import type { Command } from "@commander-js/extra-typings";
import { examples } from "../args/examples.js";
import { given } from "../args/given.js";
import { autoLine, summaryLine, toJson } from "../format.js";
import type { CliContext } from "../io.js";
import { deliver, remark, verboseOption } from "../output.js";
import { compressFiles } from "../work/compress.js";
import { withCompression } from "../work/options.js";

const JSON_HELP =
  "Print the whole result as JSON: text, counts, spans, parts, scores, timings; llmlingua recover " +
  "reads it.";

const OUT =
  "Write the result to FILE; - is standard output. Both get exactly the compressed text; only a " +
  "terminal gets a line end after it.";

const EXAMPLES = examples([
  ["llmlingua compress prompt.txt --rate 0.3", "keep 30 % of the tokens"],
  [
    'llmlingua compress a.md b.md --question "When did it open?" --target-token 500',
    "two documents and a question, 500 tokens in all",
  ],
  ["cat notes.txt | llmlingua compress -r 0.5 --protect @numbers > short.txt", "keep every number"],
  [
    'llmlingua compress *.md --method longllmlingua --question "When did it open?" -t 500',
    "what matters for a question, the best document first",
  ],
  [
    "llmlingua compress prompt.txt --rate auto --information 0.9",
    "as few tokens as the text allows",
  ],
  [
    "llmlingua compress chat.json --messages --rate 0.5 --role-rate tool=0.2",
    "a chat, its tools' results most of all",
  ],
  [
    `llmlingua compress product.json --json-rules '{"description": {"rate": 0.3}}' -r 0.8`,
    "JSON that stays JSON",
  ],
  ["llmlingua compress tagged.txt --tagged --rate 0.5", "rates that stand in the text"],
]);

/** Adds it to the program. */
export function addCompress(program: Command, context: CliContext): void {
  withCompression(program.command("compress"))
    .description("Shorten a prompt to a share or a number of its tokens.")
    .usage("[FILE…|-] (--rate R | --target-token N) [options]")
    .optionsGroup("Output:")
    .option("--json", JSON_HELP)
    .option("-o, --out <FILE>", OUT)
    .addOption(verboseOption)
    .addHelpText("after", EXAMPLES)
    .action(async (files, _options, command) => {
      const { json, out, verbose, ...values } = given(command);
      const { result, output, isWhole } = await compressFiles(files, values, context);
      const toTerminal = (out === undefined || out === "-") && context.io.stdout.isTTY;
      const text = output + (toTerminal && !isWhole ? "\n" : "");
      await deliver(json ? `${toJson(result)}\n` : text, out, context.io);
      for (const line of [summaryLine(result), autoLine(result)]) {
        if (line !== undefined) remark(line, verbose, context.io);
      }
    });
}
