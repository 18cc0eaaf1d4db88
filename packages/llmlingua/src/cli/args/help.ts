/**
 * Help texts, from the same records that parse. Pure.
 *
 * @module
 */
import type { Command } from "./command.js";
import { type Flag, kebab } from "./flags.js";

/** The page behind `llmlingua --help`. */
export function programHelp(commands: readonly Command[], width: number): string {
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  return [
    "llmlingua: shorter prompts that say the same (LLMLingua, arXiv 2310.05736)",
    "",
    "Usage: llmlingua <command> [options]",
    ...section("Commands", columns(rows, width)),
    ...section("Examples", [
      "  llmlingua compress prompt.txt --rate 0.3",
      "  cat notes.md | llmlingua compress --target-token 500 > short.md",
    ]),
    ...section("Exit codes", [
      "  0 fine   1 the work failed   2 wrong usage or input   130 cancelled with Ctrl-C",
    ]),
    "",
    "llmlingua <command> --help says more about a command; llmlingua --version prints the version.",
    "",
  ].join("\n");
}

/** The page behind `llmlingua <command> --help`. */
export function commandHelp(command: Command, width: number): string {
  const groups = new Map<string, (readonly [string, string])[]>();
  for (const [key, flag] of Object.entries(command.flags)) {
    const title = flag.group ?? "Options";
    groups.set(title, [...(groups.get(title) ?? []), [flagLabel(key, flag), flag.help]]);
  }
  return [
    command.summary,
    "",
    `Usage: llmlingua ${command.name} ${command.usage}`,
    ...[...groups].flatMap(([title, rows]) => section(title, columns(rows, width))),
    ...(command.notes ? section("Notes", wrapAll(command.notes, width)) : []),
    ...section(
      "Examples",
      command.examples.flatMap(([line, what]) => [`  # ${what}`, `  ${line}`]),
    ),
    "",
  ].join("\n");
}

function flagLabel(key: string, flag: Flag<unknown>): string {
  const prefix = { on: "--", off: "--no-", both: "--[no-]" }[flag.sides ?? "on"];
  const short = flag.short ? `-${flag.short}, ` : "";
  return `${short}${prefix}${kebab(key)}${flag.value ? ` ${flag.value}` : ""}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return ["", `${title}:`, ...lines];
}

/** Labels to the left, wrapped texts to the right; a long label gets a line of its own. */
function columns(rows: readonly (readonly [string, string])[], width: number): string[] {
  const left = Math.min(26, Math.max(...rows.map(([label]) => label.length)));
  const pad = " ".repeat(left + 4);
  return rows.flatMap(([label, text]) => {
    const lines = wrap(text, width - pad.length);
    const head = label.length > left ? [`  ${label}`] : [];
    const first = `  ${label.padEnd(left)}  ${lines[0]}`;
    return [
      ...head,
      head.length > 0 ? pad + lines[0] : first,
      ...lines.slice(1).map((l) => pad + l),
    ];
  });
}

function wrapAll(paragraphs: readonly string[], width: number): string[] {
  return paragraphs.flatMap((paragraph) => wrap(paragraph, width - 2).map((line) => `  ${line}`));
}

/** Breaks at spaces; a word longer than `width` stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
