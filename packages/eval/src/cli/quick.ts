/**
 * `llmlingua eval quick`: the items of this package, the embedded model, the main methods, in minutes.
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Io } from "llmlingua/cli-kit";
import { orderOf, orderTable, type QuickRun } from "../report/order.js";
import { tableMarkdown } from "../report/table.js";
import { taskOf } from "../tasks/index.js";
import type { Sizes } from "../tasks/types.js";
import type { RunFlags } from "./flags.js";
import { type Done, work } from "./work.js";

interface QuickTask {
  readonly name: string;
  readonly sizes: Sizes;
  readonly methods: readonly string[];
}

const COMMON = [
  "full",
  "zero",
  "default",
  "default-random",
  "paper",
  "microsoft",
  "selective-context",
  "selective-sentence",
  "whole-first",
  "whole-ranked",
  "truncate",
  "tail",
  "random-tokens",
];
const BY_QUESTION = ["longllmlingua", "long-whole", "longllmlingua-paper", "bm25"];

/** Small enough for two cores and ten minutes, of every kind of prompt. */
const QUICK: readonly QuickTask[] = [
  {
    name: "gsm8k",
    sizes: { ratios: [3, 6] },
    methods: [...COMMON, "whole-shortest", "selective-line"],
  },
  { name: "bbh", sizes: { ratios: [3] }, methods: [...COMMON, "whole-shortest", "selective-line"] },
  { name: "conversation", sizes: { ratios: [3] }, methods: [...COMMON, "messages", "whole-last"] },
  { name: "arxiv", sizes: { ratios: [3] }, methods: COMMON },
  { name: "multidoc", sizes: { ratios: [4] }, methods: [...COMMON, ...BY_QUESTION] },
];

/** Runs them all, each in a folder of its own, and prints one order of methods. */
export async function quick(flags: RunFlags, words: readonly string[], io: Io): Promise<void> {
  const folder = flags.out ?? join("llmlingua-eval", "quick");
  const runs: QuickRun[] = [];
  const reports: string[] = [];
  for (const { name, sizes, methods } of QUICK) {
    const task = { ...taskOf(name), sizes, methods };
    const own = { ...flags, out: join(folder, name) };
    const done = await work({ task, flags: own, choices: {}, words, report: "methods" }, io);
    if (done === undefined) continue;
    runs.push({ name, ...done.records });
    reports.push(heading(name, done));
  }
  if (runs.length === 0) return;
  const text = `${[tableMarkdown(orderTable(orderOf(runs, flags.unit))), NOTES, ...reports].join("\n\n")}\n`;
  await writeFile(join(folder, "quick.md"), text);
  io.stdout.write(text);
  io.stderr.write(`Written to ${folder}: quick.md, and each task's report.html and records.\n`);
}

const NOTES =
  "- A few dozen items of this package and a target of 135M parameters: enough to see that everything works and which way the large differences point, not to choose a method. Intervals say how little is certain.";

/** The report of one task without its first heading. */
function heading(name: string, { markdown }: Done): string {
  return `# ${name}\n\n${markdown.trim().replace(/^# .*\n+/, "")}`;
}
