/**
 * Items whose question training may have seen: it stands in the prompt of a pair. Pure.
 *
 * @module
 */
import type { Group, Item } from "@llmlingua/eval";
import type { Pair } from "../pairs/types.js";

/** Groups without the items that pairs contain, and how many those are. */
export interface Fresh {
  readonly groups: readonly Group[];
  readonly overlapping: number;
}

/** Fewer characters say nothing: "What is it?" stands in many prompts. */
const SHORTEST = 16;

/** Leaves out items whose question is part of a pair's prompt, case, white space and labels aside. */
export function withoutOverlap(groups: readonly Group[], pairs: readonly Pair[]): Fresh {
  const prompts = pairs.map(({ messages }) =>
    normalized(messages.map(({ content }) => content).join("\n")),
  );
  // One text to search in; no question holds the character between prompts.
  const all = prompts.join("\u0000");
  let overlapping = 0;
  const fresh = groups.flatMap((group): Group[] => {
    const items = group.items.filter((item) => {
      const question = normalized(questionOf(group, item));
      return question.length < SHORTEST || !all.includes(question);
    });
    overlapping += group.items.length - items.length;
    return items.length === 0 ? [] : [{ ...group, items }];
  });
  return { groups: fresh, overlapping };
}

/** The bare question where the task names one, else the longest line behind the prompt, without its label. */
export function questionOf(
  group: Pick<Group, "question">,
  { suffix }: Pick<Item, "suffix">,
): string {
  if (group.question !== undefined) return group.question;
  const lines = suffix.split("\n").map((line) => line.replace(/^\s*[\p{L}\d ]{1,20}:\s+/u, ""));
  return lines.reduce((longest, line) => (line.length > longest.length ? line : longest), "");
}

function normalized(text: string): string {
  return text.toLowerCase().replace(/\s+/g, " ").trim();
}
