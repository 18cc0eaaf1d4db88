/**
 * A user's own prompts, one a line of a JSON-lines file. See README.md beside this file.
 *
 * @module
 */
import { PARAGRAPH_JOINT, paragraphsOf } from "../blocks.js";
import { chatParts } from "../conversation/chat.js";
import { TURN_JOINT, turnOf } from "../conversation/turns.js";
import { jsonLinesOf, type Line, layoutError } from "../files.js";
import { rangeOf, sliceOf } from "../options.js";
import type { Group, Item, Task } from "../types.js";
import { OWN_LINE, type OwnLine } from "./line.js";

/** The task of a file of prompts; where a line has no `expected`, its item has no `answers` and `gold` is "". */
export function ownTask(file: string): Task {
  const task: Task = {
    name: "own",
    title: `Own prompts: ${file}`,
    paper: "",
    sizes: { ratios: [2, 4] },
    methods: ["full", "default", "messages", "longllmlingua", "truncate"],
    metrics: ["f1", "rouge", "subspan"],
    maxNewTokens: 512,
    stop: [],
    choices: {},
    async load(options) {
      const range = rangeOf(task, options, Number.MAX_SAFE_INTEGER);
      const lines = await jsonLinesOf({ path: file, expected: EXPECTED }, OWN_LINE);
      const seen = new Map<string, number>();
      const groups = lines.map((one) => {
        const id = one.value.id ?? String(one.line);
        const before = seen.get(id);
        if (before !== undefined) {
          throw layoutError(
            `${file}, line ${one.line}`,
            ["id"],
            `${id} is that of line ${before} too`,
          );
        }
        seen.set(id, one.line);
        return groupOf(id, one, file);
      });
      return sliceOf(groups, range, "prompts");
    },
  };
  return task;
}

const EXPECTED =
  'Expected lines of {"prompt"}, {"instruction", "contexts", "question"} or {"messages"}, with "expected" where there is an answer.';

function groupOf(id: string, { line, value }: Line<OwnLine>, file: string): Group {
  const { messages, instruction = "", question } = value;
  if (messages) {
    const last = messages[messages.length - 1];
    if (last.role !== "user" || turnOf(last) === "") {
      const why = "the last one must be the user's, with words: the question";
      throw layoutError(`${file}, line ${line}`, ["messages", messages.length - 1], why);
    }
    const place = { where: `${file}, line ${line}`, field: "messages" };
    const { suffix, ...parts } = chatParts(messages, place);
    if (parts.contexts.length === 0) {
      throw layoutError(
        `${file}, line ${line}`,
        ["messages"],
        "none before the last says anything",
      );
    }
    const items = [itemOf(id, suffix, value)];
    return { id, instruction: "", joint: TURN_JOINT, asks: false, ...parts, items };
  }
  const suffix = question === undefined ? "" : `\n\n${question}`;
  return {
    id,
    instruction,
    contexts: value.contexts ?? paragraphsOf(value.prompt ?? value.context ?? ""),
    joint: PARAGRAPH_JOINT,
    ...(question !== undefined && { question }),
    asks: question !== undefined,
    items: [itemOf(id, suffix, value)],
  };
}

function itemOf(id: string, suffix: string, { expected, metric }: OwnLine): Item {
  const answers = typeof expected === "string" ? [expected] : (expected ?? []);
  const gold = answers.length === 0 ? "" : ` ${answers[0].trim()}`;
  return { id, suffix, gold, answers, ...(metric && { metric }) };
}
