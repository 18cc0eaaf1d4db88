import { join } from "node:path";
import { expect, it } from "vitest";
import { count, folderOf, linesOf } from "../folder-suite.js";
import { ownTask } from "./own.js";

async function load(content: string | Uint8Array, options = {}) {
  const file = join(await folderOf({ "prompts.jsonl": content }), "prompts.jsonl");
  return ownTask(file).load({ count, ...options });
}

it("compresses all of a prompt, paragraph by paragraph, and keeps its question after it", async () => {
  const rows = [
    { prompt: "One 🍎.\n\nTwo." },
    { prompt: "One.", question: "Why?", expected: "So." },
  ];
  const [bare, asking] = await load(linesOf(...rows));
  expect(bare).toEqual({
    id: "1",
    instruction: "",
    contexts: ["One 🍎.", "Two."],
    joint: "\n\n",
    asks: false,
    items: [{ id: "1", suffix: "", gold: "", answers: [] }],
  });
  expect(asking).toMatchObject({ question: "Why?", asks: true });
  expect(asking.items).toEqual([{ id: "2", suffix: "\n\nWhy?", gold: " So.", answers: ["So."] }]);
});

it("keeps an instruction, takes contexts as they are and a context by its paragraphs", async () => {
  const [list, text] = await load(
    linesOf(
      {
        id: "a",
        instruction: "Answer.",
        contexts: ["A\n\nB", "C"],
        question: "Q?",
        metric: "exact",
      },
      { id: "b", context: "A\n\nB", expected: ["x", "y"] },
    ),
  );
  expect([list.id, list.instruction, list.contexts]).toEqual(["a", "Answer.", ["A\n\nB", "C"]]);
  expect(list.items[0].metric).toBe("exact");
  expect(text.contexts).toEqual(["A", "B"]);
  expect(text.items[0]).toMatchObject({ gold: " x", answers: ["x", "y"] });
});

it("takes messages with the last one as the question", async () => {
  const messages = [
    { role: "system", content: "Be brief." },
    { role: "user", content: [{ type: "text", text: "Hi." }] },
    { role: "assistant", content: "Hello." },
    { role: "user", content: "And now?" },
  ];
  const [{ chat, ...group }] = await load(linesOf({ messages, expected: "Nothing." }));
  expect(group.contexts).toEqual(["System: Be brief.", "User: Hi.", "Assistant: Hello."]);
  expect(group.question).toBe("And now?");
  expect(group.items[0].suffix).toBe("\n\nUser: And now?\n\nAssistant:");
  expect(chat?.messages).toEqual(messages);
  expect(chat?.textOfHistory(messages)).toBe(group.contexts.join("\n\n"));
});

it("takes calls with their results, and numbers where the metric is one of numbers", async () => {
  const messages = [
    { role: "user", content: "Look." },
    { role: "assistant", tool_calls: [{ id: "c", function: { name: "f", arguments: "{}" } }] },
    { role: "tool", content: "7", tool_call_id: "c" },
    { role: "user", content: "So?" },
  ];
  const groups = await load(
    linesOf(
      { messages },
      { prompt: "x", metric: "gsm8k", expected: "1,000" },
      { prompt: "x", metric: "gsm8k" },
      { prompt: "x", metric: "bertscore", expected: "words" },
    ),
  );
  expect(groups[0].contexts).toEqual(["User: Look.", "Assistant calls f: {}", "Tool: 7"]);
  expect(groups[1].items[0]).toMatchObject({ answers: ["1,000"], metric: "gsm8k" });
});

const USER = { role: "user", content: "Hi." };
const CALLING = { role: "assistant", tool_calls: [{ function: { name: "f", arguments: "{}" } }] };
it.each([
  [{ promt: "x" }, 'line 2: Unrecognized key: "promt"'],
  [
    { question: "x" },
    "line 2, field prompt: there must be one of prompt, contexts, context, messages",
  ],
  [{ prompt: "x", context: "y" }, "line 2, field context: there is prompt already"],
  [{ prompt: "x", instruction: "y" }, "line 2, field instruction: it goes with context"],
  [{ contexts: ["x", 3] }, "line 2, field contexts[1]: Invalid input: expected string"],
  [{ contexts: [] }, "line 2, field contexts: "],
  [{ prompt: "x", expected: 4 }, "line 2, field expected: it must be a text or a list of texts"],
  [{ prompt: "x", metric: "f2" }, "line 2, field metric: "],
  [{ prompt: "x", id: "1" }, "line 2, field id: 1 is that of line 1 too"],
  [{ messages: [USER] }, "line 2, field messages: there must be two or more"],
  [
    { messages: [USER, USER], question: "x" },
    "line 2, field question: it does not go with messages",
  ],
  [
    { messages: [USER, { role: "assistant", content: "x" }] },
    "line 2, field messages[1]: the last",
  ],
  [{ messages: [{ role: "bot", content: "x" }, USER] }, "line 2, field messages[0].role: "],
  [
    { messages: [{ ...USER, content: 3 }, USER] },
    "line 2, field messages[0].content: it must be a text",
  ],
  [
    { messages: [USER, { role: "tool", content: "x" }, USER] },
    "line 2, field messages[1].tool_call_id: expected a string, found undefined",
  ],
  [
    { messages: [USER, { role: "tool", content: "x", tool_call_id: "c" }, USER] },
    'line 2, field messages[1].tool_call_id: expected the id of a call before it, found "c"',
  ],
  [
    { messages: [USER, CALLING, USER] },
    "line 2, field messages[1].tool_calls[0].id: expected a string, found undefined",
  ],
  [
    { messages: [{ role: "user" }, USER] },
    "line 2, field messages[0].content: expected a string or an array of blocks",
  ],
  [
    { prompt: "x", metric: "gsm8k", expected: "four" },
    'line 2, field expected: the metric gsm8k expects a number, not "four"',
  ],
  [{ prompt: "x", metric: "gsm8k", expected: ["$4", "4"] }, "line 2, field expected: the metric"],
  [{ prompt: "x", metric: "gsm8k", expected: "" }, "line 2, field expected: the metric gsm8k"],
  [{ messages: [{ ...USER, content: "" }, USER] }, "line 2, field messages: none before the last"],
  ["x", "line 2: Invalid input: expected object"],
])("names line and field of %j", async (row, message) => {
  await expect(load(linesOf({ prompt: "fine" }, row))).rejects.toMatchObject({
    code: "data-layout",
    message: expect.stringContaining(`prompts.jsonl, ${message}`),
  });
});

it("reads a byte order mark, carriage returns and huge lines, and refuses what is no text", async () => {
  const huge = "word ".repeat(400_000);
  expect(await load(`\uFEFF${JSON.stringify({ prompt: huge })}\r\n`)).toHaveLength(1);
  await expect(load("")).rejects.toThrow("prompts.jsonl is empty");
  await expect(load(new Uint8Array([0, 1, 2]))).rejects.toThrow("is not text in UTF-8");
  await expect(load("Just a prompt.")).rejects.toThrow("prompts.jsonl, line 1 is not JSON");
});

it("takes so many prompts as are asked for, and refuses choices", async () => {
  const three = linesOf({ prompt: "a" }, { prompt: "b" }, { prompt: "c" });
  const ids = (await load(three, { items: 1, skip: 1 })).map(({ id }) => id);
  expect(ids).toEqual(["2"]);
  await expect(load(three, { skip: 3 })).rejects.toThrow("skip is 3, but there are 3 prompts");
  await expect(load(three, { choices: { shots: "1" } })).rejects.toThrow("no choice shots");
});

it("says which file is missing", async () => {
  await expect(ownTask("/nowhere/p.jsonl").load({ count })).rejects.toMatchObject({
    code: "data-missing",
    message: expect.stringContaining('No file /nowhere/p.jsonl. Expected lines of {"prompt"}'),
  });
});
