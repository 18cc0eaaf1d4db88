/**
 * Asking for new instructions, and reading what came: Self-Instruct (Wang et al., 2023), §2.2. Pure.
 *
 * @module
 */
import type { Random } from "@llmlingua/eval/cli-kit";
import { wordsOf } from "./similar.js";

/** Instructions shown to the target, of which so many were generated before. */
const SHOWN = 8;
const SHOWN_GENERATED = 2;

/** Six seeds and two generated ones in random order; more seeds while little was generated. */
export function shownTasks(
  seeds: readonly string[],
  generated: readonly string[],
  random: Random,
): readonly string[] {
  const own = drawn(generated, SHOWN_GENERATED, random);
  return shuffled([...own, ...drawn(seeds, SHOWN - own.length, random)], random);
}

/** The request for more of what is shown. */
export function askForTasks(shown: readonly string[]): string {
  const lines = shown.map((task, at) => `${at + 1}. ${task.replace(/\s+/g, " ").trim()}`);
  const from = shown.length + 1;
  return [
    `Here is a series of ${shown.length} tasks that a user may give to an assistant:`,
    ...lines,
    "",
    `Continue the series with tasks ${from} to ${from + SHOWN - 1}. Make them different from each other and from those above, in subject and in kind. Each must have all that is needed to answer it, must be answerable in writing, and stands on one line that begins with its number. Write the tasks alone, not their answers.`,
  ].join("\n");
}

/**
 * The tasks of a numbered list, without what stands before it.
 *
 * @param finished - whether the target ended by itself; otherwise the last task may be torn
 */
export function tasksIn(text: string, finished: boolean): readonly string[] {
  const items = `\n${text}`
    .split(/\n[ \t]*(?:\*\*)?(?:Task )?\d{1,3}[.):](?:\*\*)?[ \t]+/i)
    .slice(1);
  const whole = finished ? items : items.slice(0, -1);
  // A blank line ends a task; what follows is the target's own words.
  return whole.map((item) =>
    item
      .split(/\n\s*\n/)[0]
      .replace(/\s+/g, " ")
      .trim(),
  );
}

/** What a model that reads and writes text alone cannot do. */
const UNFIT = /\b(?:images?|graphs?|pictures?|files?|maps?|draw|plot|go to)\b/i;
const SHORTEST = 4;
const LONGEST = 150;

/** Why a task is left out; undefined where it may stay. The paper's rules but that of English beginnings. */
export function unfitness(task: string): "length" | "keyword" | "form" | undefined {
  const words = wordsOf(task).length;
  if (words < SHORTEST || words > LONGEST) return "length";
  if (UNFIT.test(task)) return "keyword";
  return /^(?:write a program\b|[\p{P}\p{S}])/iu.test(task) ? "form" : undefined;
}

function drawn(from: readonly string[], count: number, random: Random): readonly string[] {
  return shuffled(from, random).slice(0, count);
}

/** Fisher and Yates. */
function shuffled(given: readonly string[], random: Random): readonly string[] {
  const items = [...given];
  for (let at = items.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [items[at], items[other]] = [items[other], items[at]];
  }
  return items;
}
