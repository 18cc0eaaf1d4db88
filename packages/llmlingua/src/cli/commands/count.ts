/**
 * `llmlingua count`: how many tokens a text is.
 *
 * @module
 */
import { defineCommand } from "../args/command.js";
import { group, toggle } from "../args/flags.js";
import { UsageError } from "../errors.js";
import { toJson } from "../format.js";
import { readText, STDIN } from "../input/read.js";
import { commonFlags, remark } from "../output.js";
import { modelFlags } from "../work/flags.js";

export const countCommand = defineCommand({
  name: "count",
  summary: "Count the tokens of files, each and in all.",
  usage: "[FILE…|-] [options]",
  flags: {
    ...group("Options", {
      tokenizer: modelFlags.tokenizer,
      json: toggle("Print {tokenizer, total, files: [{file, tokens}]}."),
    }),
    ...commonFlags,
  },
  examples: [
    ["llmlingua count prompt.txt", "in the tokens of GPT-4"],
    ["llmlingua count docs/*.md --tokenizer gpt-4o", "several files, in another model's tokens"],
    ["git diff | llmlingua count", "from standard input"],
  ],
  async run({ values, positionals }, { io, library }) {
    if (positionals.length === 0 && io.stdin.isTTY) {
      throw new UsageError("No input. Give a FILE, pipe text in, or write - to type it.");
    }
    const paths = positionals.length > 0 ? positionals : [STDIN];
    const { loadTokenCounter, DEFAULT_TOKENIZER } = await library();
    const counter = await loadTokenCounter(values.tokenizer ?? DEFAULT_TOKENIZER);
    const files: FileTokens[] = [];
    for (const file of paths) files.push({ file, tokens: counter.count(await readText(file, io)) });
    const total = files.reduce((sum, { tokens }) => sum + tokens, 0);
    const report = { tokenizer: counter.name, total, files };
    io.stdout.write(values.json ? `${toJson(report)}\n` : countTable(files, total));
    remark(`tokens of ${counter.name}`, values.verbose, io);
  },
});

interface FileTokens {
  readonly file: string;
  readonly tokens: number;
}

/** Plain digits, right-aligned, like `wc`; the total only when there are several files. */
function countTable(files: readonly FileTokens[], total: number): string {
  const rows = files.length > 1 ? [...files, { file: "total", tokens: total }] : files;
  const width = Math.max(...rows.map(({ tokens }) => String(tokens).length));
  return rows.map(({ file, tokens }) => `${String(tokens).padStart(width)} ${file}\n`).join("");
}
