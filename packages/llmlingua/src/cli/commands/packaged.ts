/**
 * Commands that are packages of their own: `llmlingua eval` and `llmlingua align`.
 *
 * @module
 */
import type { Command } from "@commander-js/extra-typings";
import { examples } from "../args/examples.js";
import { UsageError } from "../errors.js";
import type { PackagedCommand } from "../io.js";

interface Packaged {
  readonly word: string;
  /** A name and not an import: that package is built after this one, and need not be there. */
  readonly name: string;
  readonly description: string;
  readonly examples: string;
}

const PACKAGED: readonly Packaged[] = [
  {
    word: "eval",
    name: "@llmlingua/eval",
    description: "Does compression pay? The papers' experiments, and your own prompts.",
    examples: examples([
      ["llmlingua eval --help", "all experiments"],
      ["llmlingua eval quick", "the main methods on a few dozen items, offline, in minutes"],
      ["llmlingua eval own prompts.jsonl --target URL --model NAME", "your prompts on your model"],
    ]),
  },
  {
    word: "align",
    name: "@llmlingua/align",
    description: "Tunes the small model on your model's own answers.",
    examples: examples([
      ["llmlingua align --help", "collect answers, train, report"],
      ["llmlingua align train --pairs pairs.jsonl --out my-scorer", "a scorer of your own"],
    ]),
  },
];

/** The package of a command line, by its first word. */
export function packagedAs(word: string | undefined): string | undefined {
  return PACKAGED.find((one) => one.word === word)?.name;
}

/** Adds them to the program's help; their words are read by the `run` that {@link loadPackaged} finds. */
export function addPackaged(program: Command): void {
  for (const { word, description, examples } of PACKAGED)
    program.command(word).description(description).addHelpText("after", examples);
}

/**
 * Loads the command of a package.
 *
 * @throws UsageError where the package is not installed
 */
export async function loadPackaged(name: string): Promise<PackagedCommand> {
  try {
    return (await import(`${name}/command`)) as PackagedCommand;
  } catch (error) {
    const isMissing =
      error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
    if (!isMissing || !error.message.includes(`'${name}'`)) throw error;
    throw new UsageError(
      `This command is in the package ${name}, which is not installed. Install it: npm install ${name}`,
    );
  }
}
