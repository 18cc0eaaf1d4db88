/**
 * Conversations: the next answer, given the compressed history. See README.md beside this file.
 *
 * @module
 */
import { EvaluationError } from "../../errors.js";
import { randomOf } from "../../random.js";
import { oneOf, type Range, rangeOf, sliceOf, wholeNumber } from "../options.js";
import type { Group, Task, TaskOptions } from "../types.js";
import { chatParts } from "./chat.js";
import { type Conversation, conversationsOf } from "./sources.js";
import { historyOf, type Message, TURN_JOINT, wordsOf } from "./turns.js";

/** Tokens of a history that is taken. */
const LEAST = 1500;
const MOST = 6000;
/** The same for the conversations in the package's data, which are short. */
const SHIPPED_LEAST = 150;
/** Least words of an answer that is taken. */
const WORDS = 15;
const ITEMS = 100;

/** Agents' and assistants' next answers. */
export const conversation: Task = {
  name: "conversation",
  title: "Conversations: the next answer, given the history",
  paper: "LLMLingua, Table 1",
  sizes: { ratios: [3, 9] },
  methods: [
    "full",
    "zero",
    "messages",
    "messages-random",
    "messages-free",
    "messages-free-random",
    "default",
    "stages",
    "stages-random",
    "paper",
    "microsoft",
    "selective-context",
    "selective-sentence",
    "truncate",
    "tail",
    "whole-last",
    "whole-ranked",
    "random-tokens",
  ],
  metrics: ["rouge", "bleu", "bertscore"],
  maxNewTokens: 320,
  stop: ["\nUser:"],
  choices: {
    source:
      "taubench, sharegpt or a file in either layout; default taubench, sharegpt without data",
    least: `tokens a history must have; default ${LEAST}, ${SHIPPED_LEAST} without data`,
    most: `tokens a history may have; default ${MOST}`,
    reference: "given: answers are compared with the one given; full: with the full prompt's",
  },
  async load(options) {
    const range = rangeOf(conversation, options, ITEMS);
    const { data, choices = {} } = options;
    const shipped = data === undefined;
    const wanted = {
      least: wholeNumber("least", choices.least ?? (shipped ? SHIPPED_LEAST : LEAST), 1),
      most: wholeNumber("most", choices.most ?? MOST, 1),
      reference: oneOf("reference", choices.reference ?? "given", ["given", "full"]),
    };
    const source = choices.source ?? (shipped ? "sharegpt" : "taubench");
    return groupsOf(await conversationsOf(data, source), wanted, range, options);
  },
};

interface Wanted {
  readonly least: number;
  readonly most: number;
  readonly reference: "given" | "full";
}

function groupsOf(
  all: readonly Conversation[],
  wanted: Wanted,
  range: Range,
  { seed = 0, count }: TaskOptions,
): readonly Group[] {
  const groups: Group[] = [];
  for (const one of all) {
    if (groups.length === range.skip + range.items) break;
    const group = groupOf(one, wanted, randomOf(`${seed} ${one.id}`), count);
    if (group) groups.push(group);
  }
  if (groups.length > 0) return sliceOf(groups, range, "conversations");
  throw new EvaluationError(
    "data-layout",
    `None of ${all.length} conversations has an answer of ${WORDS} or more words in its second half ` +
      `after ${wanted.least} to ${wanted.most} tokens; change least or most.`,
  );
}

function groupOf(
  { id, messages, place }: Conversation,
  wanted: Wanted,
  random: () => number,
  count: TaskOptions["count"],
): Group | undefined {
  const pool = [...messages.keys()].filter((at) => isAnswer(messages, at, wanted, count));
  if (pool.length === 0) return undefined;
  const at = pool[Math.floor(random() * pool.length)];
  const answer = wordsOf(messages[at]);
  const { suffix, ...parts } = chatParts(messages.slice(0, at), place);
  const answers = wanted.reference === "given" ? [answer] : [];
  const items = [{ id, suffix, gold: ` ${answer}`, answers }];
  return { id, instruction: "", joint: TURN_JOINT, asks: false, ...parts, items };
}

/** Whether it answers the user in words, late enough, after a history of the size wanted. */
function isAnswer(
  messages: readonly Message[],
  at: number,
  { least, most }: Wanted,
  count: TaskOptions["count"],
): boolean {
  const { role, tool_calls: calls } = messages[at];
  if (role !== "assistant" || calls?.length || at < messages.length / 2) return false;
  if (messages[at - 1].role !== "user") return false;
  if (wordsOf(messages[at]).split(/\s+/).length < WORDS) return false;
  const tokens = count(historyOf(messages, at - 1).join(TURN_JOINT));
  return tokens >= least && tokens <= most;
}
