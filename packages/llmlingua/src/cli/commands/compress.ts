/**
 * `llmlingua compress`: the shorter prompt on standard output.
 *
 * @module
 */
import { defineCommand } from "../args/command.js";
import { group, toggle } from "../args/flags.js";
import { summaryLine, toJson } from "../format.js";
import { INPUT_NOTES } from "../input/flags.js";
import { commonFlags, deliver, outFlag, remark } from "../output.js";
import { compressFromFlags, compressionFlags } from "../work/compress.js";

const outputFlags = group("Output", {
  json: toggle("Print the whole result as JSON: text, counts, spans, parts, scores, timings."),
  out: outFlag,
});

export const compressCommand = defineCommand({
  name: "compress",
  summary: "Shorten a prompt to a share or a number of its tokens.",
  usage: "[FILE…|-] (--rate R | --target-token N) [options]",
  flags: { ...compressionFlags, ...outputFlags, ...commonFlags },
  notes: [
    ...INPUT_NOTES,
    "Standard output and --out get exactly the compressed text; only a terminal gets a line end after it.",
  ],
  examples: [
    ["llmlingua compress prompt.txt --rate 0.3", "keep 30 % of the tokens"],
    [
      'llmlingua compress a.md b.md --question "When did it open?" --target-token 500',
      "two documents and a question, 500 tokens in all",
    ],
    [
      "cat notes.txt | llmlingua compress -r 0.5 --protect '/\\d+/' > short.txt",
      "keep every number",
    ],
  ],
  async run(parsed, context) {
    const { json, out, verbose } = parsed.values;
    const result = await compressFromFlags(parsed, context);
    const toTerminal = (out === undefined || out === "-") && context.io.stdout.isTTY;
    const content = json ? `${toJson(result)}\n` : result.text + (toTerminal ? "\n" : "");
    await deliver(content, out, context.io);
    remark(summaryLine(result), verbose, context.io);
  },
});
