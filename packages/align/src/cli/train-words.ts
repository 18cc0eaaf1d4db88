/**
 * What the command says of the pairs before it trains. Pure.
 *
 * @module
 */
import type { EncodedPair } from "../encode/index.js";
import type { PairFile, Split } from "../pairs/index.js";
import { counted } from "./words.js";

/** Times what was asked for, above which it is said. */
const MUCH_MORE = 1.5;

/** How many pairs there are, and what was passed over: a line. */
export function pairsText(file: PairFile, train: number, heldOut: number): string {
  const { path, damaged, duplicates, contradictory } = file;
  const [first] = damaged;
  const notes = [
    `${path}: ${counted(train, "pair")} to train on, ${heldOut} held out`,
    first !== undefined &&
      `${counted(damaged.length, "damaged line")} passed over, line ${first.line} first (${first.reason})`,
    duplicates > 0 && `${counted(duplicates, "duplicate")} dropped`,
    contradictory > 0 &&
      `${counted(contradictory, "other answer")} to a prompt that there was before dropped`,
  ];
  return `${notes.filter((note) => note !== false).join("; ")}\n`;
}

/** That far more pairs are held out than were asked for, as groups are large: a line, or nothing. */
export function heldOutText({ train, heldOut, asked }: Split): string {
  const held = heldOut.length;
  if (held <= MUCH_MORE * asked) return "";
  const all = train.length + held;
  return `Held out are ${held} of ${counted(all, "pair")}, though --held-out asks for ${asked}: pairs of one group go together, and the smallest group has ${held}. Collect pairs of more groups, or make them smaller.\n`;
}

/** What does not fit the window: a line, or nothing. */
export function cutText(pairs: readonly EncodedPair[], maxTokens: number): string {
  const count = (kind: "prompt" | "answer") =>
    pairs.filter(({ cut }) => cut === kind || cut === "both").length;
  const [prompts, answers] = [count("prompt"), count("answer")];
  if (prompts + answers === 0) return "";
  const parts = [
    prompts > 0 && `${counted(prompts, "prompt")} without the beginning`,
    answers > 0 && `${counted(answers, "answer")} without the end`,
  ];
  const lost = parts.filter((part) => part !== false).join(", ");
  return `Longer than the window of ${maxTokens} tokens, and read in part: ${lost}. --max-tokens widens it.\n`;
}
