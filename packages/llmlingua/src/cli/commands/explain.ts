/**
 * `llmlingua explain`: what was kept, what was dropped, and why.
 *
 * @module
 */
import { defineCommand } from "../args/command.js";
import { group, text, toggle } from "../args/flags.js";
import { colours } from "../colours.js";
import { budgetTable } from "../explain/budget.js";
import { explainPage } from "../explain/page.js";
import { keptAndDropped } from "../explain/terminal.js";
import { summaryLine } from "../format.js";
import { INPUT_NOTES } from "../input/flags.js";
import { commonFlags, deliver, remark } from "../output.js";
import { compressFromFlags, compressionFlags } from "../work/compress.js";

const explainFlags = group("Output", {
  html: text("FILE", "Write a page with a heat map of surprisal instead; - is standard output."),
  color: toggle("Colour or not; default: colour on a terminal unless NO_COLOR is set.", {
    sides: "both",
  }),
});

export const explainCommand = defineCommand({
  name: "explain",
  summary: "Show what a compression keeps and drops, in the terminal or as a page.",
  usage: "[FILE…|-] (--rate R | --target-token N) [--html FILE] [options]",
  flags: { ...compressionFlags, ...explainFlags, ...commonFlags },
  notes: [...INPUT_NOTES, "Without colour, dropped stretches stand between [- and -]."],
  examples: [
    ["llmlingua explain prompt.txt --rate 0.3", "dropped words dim, then the budget of each part"],
    [
      "llmlingua explain prompt.json -t 500 --html report.html",
      "a self-contained page to look at or send",
    ],
    ["llmlingua explain prompt.txt -r 0.3 --color | less -R", "coloured in a pager"],
  ],
  async run(parsed, context) {
    const { html, color, verbose } = parsed.values;
    const { io } = context;
    const result = await compressFromFlags(parsed, context);
    if (html === undefined) {
      const paint = colours(color, io);
      io.stdout.write(`${keptAndDropped(result, paint)}\n\n${budgetTable(result, paint)}`);
    } else {
      await deliver(explainPage(result), html, io);
      if (html !== "-") remark(`wrote ${html}`, verbose, io);
    }
    remark(summaryLine(result), verbose, io);
  },
});
