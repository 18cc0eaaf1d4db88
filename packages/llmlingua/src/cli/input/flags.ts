/**
 * Flags that say what the prompt is.
 *
 * @module
 */
import { choice, group, text, texts, type Values } from "../args/flags.js";

export const inputFlags = group("Input", {
  context: texts("FILE", "A file that is one context; may be given more than once."),
  instruction: text("TEXT", "Instruction in front of the contexts; kept verbatim by default."),
  instructionFile: text("FILE", "The same, from a file."),
  question: text("TEXT", "Question after the contexts; kept verbatim by default."),
  questionFile: text("FILE", "The same, from a file."),
  format: choice(
    ["text", "json"],
    "How FILE or standard input is read; default: json for names that end in .json, else text.",
  ),
});

export type InputValues = Values<typeof inputFlags>;

/** Shared by the help of every command that reads a prompt. */
export const INPUT_NOTES = [
  "One FILE is a prompt whose blank-line blocks are the contexts; several FILEs are one context " +
    "each. Without FILE and --context, or with -, the prompt comes from standard input.",
  "A JSON file holds {instruction?, contexts?, question?}, contexts being a string or an array; " +
    "demonstrations, documents and context are other names for contexts.",
] as const;
