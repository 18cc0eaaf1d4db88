/**
 * Names that stand for several methods on the command line.
 *
 * @module
 */
import { METHODS } from "./list.js";
import type { Method } from "./types.js";

/** What a set is taken from. */
export interface SetInput {
  /** The methods that a task runs unless others are asked for. */
  readonly own: readonly string[];
  /** Whether there is a checkpoint for the methods that need one. */
  readonly hasClassifier: boolean;
}

export interface MethodSet {
  readonly name: string;
  readonly title: string;
  /** Names of methods, in the order of reports. */
  names(input: SetInput): readonly string[];
}

/** Up to eight whole compressions a prompt: minutes on a long one. They are in `all` where the task runs them anyway. */
const SLOW: readonly string[] = ["microsoft", "microsoft-notebook", "longllmlingua-microsoft"];

const ABLATIONS: readonly string[] = [
  "paper",
  ...METHODS.filter(({ ablates }) => ablates === "paper").map(({ name }) => name),
  "paper-random",
  "no-stop-words",
];

export const SETS: readonly MethodSet[] = [
  { name: "main", title: "the methods that a task runs by itself", names: ({ own }) => own },
  {
    name: "ablations",
    title: "Table 3 of LLMLingua: the paper's setting, without a part each, random words",
    names: () => ABLATIONS,
  },
  {
    name: "all",
    title: "all that the task's prompts suit; without checkpoints, and without minutes an item",
    names: (input) => METHODS.filter((method) => isInAll(method, input)).map(({ name }) => name),
  },
];

function isInAll({ name, needs }: Method, { own, hasClassifier }: SetInput): boolean {
  if (needs === "classifier") return hasClassifier;
  return !SLOW.includes(name) || own.includes(name);
}

/** Each name once, sets as the names in them. */
export function namesIn(asked: readonly string[], input: SetInput): readonly string[] {
  const names = asked.flatMap(
    (name) => SETS.find((set) => set.name === name)?.names(input) ?? [name],
  );
  return [...new Set(names)];
}
