/**
 * Options that say what the prompt is.
 *
 * @module
 */
import { type Command, Option } from "@commander-js/extra-typings";
import type { OptionsOf } from "../args/given.js";
import { collect } from "../args/parsers.js";

const FILES =
  "One FILE is a prompt whose blank-line blocks are the contexts; several FILEs are one context " +
  "each. Without FILE and --context, or with -, the prompt comes from standard input.";

const FORMAT =
  "How FILE or standard input is read; default: json for names that end in .json, else text. JSON " +
  "holds {instruction?, contexts?, question?}, contexts being a string or an array; " +
  "demonstrations, documents and context are other names for contexts.";

const instruction = new Option(
  "--instruction <TEXT>",
  "Instruction in front of the contexts; kept verbatim by default.",
).conflicts("instructionFile");

const question = new Option(
  "--question <TEXT>",
  "Question after the contexts; kept verbatim by default.",
).conflicts("questionFile");

const format = new Option("--format <NAME>", FORMAT).choices(["text", "json"]);

/** FILEs, and the parts of the prompt. */
export function withParts(command: Command) {
  return command
    .argument("[FILE...]", FILES)
    .optionsGroup("Input:")
    .option("--context <FILE>", "A file that is one context; may be given more than once.", collect)
    .addOption(instruction)
    .option("--instruction-file <FILE>", "The same, from a file.")
    .addOption(question)
    .option("--question-file <FILE>", "The same, from a file.")
    .addOption(format);
}

export type PartValues = OptionsOf<typeof withParts>;
