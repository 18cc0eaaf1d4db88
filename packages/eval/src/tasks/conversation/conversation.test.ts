import { join } from "node:path";
import { expect, it } from "vitest";
import { count, folderOf, linesOf } from "../folder-suite.js";
import { conversation } from "./conversation.js";

const LONG =
  "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen";
const CALL = { id: "c", function: { name: "look_up", arguments: '{"id":"7"}' } };
const TRAJECTORY = [
  { role: "system", content: "Policy." },
  { role: "user", content: " Hello 👋 " },
  { role: "assistant", content: null, tool_calls: [CALL] },
  { role: "tool", content: "found", name: "look_up", tool_call_id: "c" },
  { role: "assistant", content: LONG },
  { role: "user", content: "Why?" },
  { role: "assistant", content: ` ${LONG}.` },
  { role: "user", content: "Thanks." },
  { role: "assistant", content: "Bye." },
];
const HISTORY = [
  "System: Policy.",
  "User: Hello 👋",
  'Assistant calls look_up: {"id":"7"}',
  "Tool: found",
  `Assistant: ${LONG}`,
];
const CHOICES = { least: "1" };

it("takes an answer of a trajectory: the history as turns and messages, the last message after it", async () => {
  const all = [
    { task_id: 3, trial: 1, traj: TRAJECTORY, reward: 0 },
    { task_id: 2, trial: 0, traj: TRAJECTORY, reward: 1 },
  ];
  const files = { "agent_traces/taubench_gpt4o_airline.json": JSON.stringify(all) };
  const data = await folderOf(files);
  const groups = await conversation.load({ count, data, choices: CHOICES });
  expect(groups.map(({ id }) => id)).toEqual(["2.0", "3.1"]);
  const [{ chat, ...group }] = groups;
  expect(group).toEqual({
    id: "2.0",
    instruction: "",
    contexts: HISTORY,
    joint: "\n\n",
    question: "Why?",
    asks: false,
    items: [
      {
        id: "2.0",
        suffix: "\n\nUser: Why?\n\nAssistant:",
        gold: ` ${LONG}.`,
        answers: [`${LONG}.`],
      },
    ],
  });
  expect(chat?.messages).toEqual(TRAJECTORY.slice(0, 6));
  expect(chat?.textOfHistory(TRAJECTORY.slice(0, 6))).toBe(HISTORY.join("\n\n"));
});

const SHARED = {
  id: "x_0",
  conversations: TRAJECTORY.filter(({ content, role }) => content !== null && role !== "tool").map(
    ({ role, content }) => ({
      from: { system: "system", user: "human", assistant: "gpt" }[role],
      value: content,
    }),
  ),
};

it("reads dumps of ShareGPT from the folder and from a file, with names that are their own", async () => {
  const dump = JSON.stringify([SHARED, SHARED]);
  const data = await folderOf({
    "conversations/a.json": dump,
    "conversations/questions.jsonl": linesOf({ question_id: 81 }),
    "more/b.jsonl": linesOf(SHARED),
  });
  const load = async (source: string) =>
    conversation.load({ count, data, choices: { ...CHOICES, source } });
  const groups = await load("sharegpt");
  expect(groups.map(({ id }) => id)).toEqual(["x_0", "x_0#1"]);
  expect(groups[0].contexts).toEqual([HISTORY[0], HISTORY[1], HISTORY[4]]);
  expect(await load(join(data, "more/b.jsonl"))).toHaveLength(1);
  await expect(load("shargpt")).rejects.toThrow("must be taubench, sharegpt or a file");
});

it("leaves answers empty where they are compared with the full prompt's", async () => {
  const groups = await conversation.load({ count, choices: { reference: "full" } });
  expect(groups.every(({ items: [item] }) => item.answers.length === 0 && item.gold !== "")).toBe(
    true,
  );
});

it("draws another answer with another seed, where there are several", async () => {
  const drawn = async (seed: number) =>
    JSON.stringify(
      (await conversation.load({ count, seed, choices: CHOICES })).map((one) => one.items),
    );
  expect(new Set([await drawn(0), await drawn(1), await drawn(2)]).size).toBeGreaterThan(1);
});

it("names entry and field of a speaker nobody knows, and says when no history is long enough", async () => {
  const wrong = { id: 1, conversations: [{ from: "robot", value: "Hm." }] };
  const data = await folderOf({ "conversations/a.json": JSON.stringify([SHARED, wrong]) });
  const choices = { ...CHOICES, source: "sharegpt" };
  await expect(conversation.load({ count, data, choices })).rejects.toMatchObject({
    code: "data-layout",
    message: expect.stringMatching(/a\.json, entry 1, field conversations\[0\]\.from: /),
  });
  await expect(conversation.load({ count, choices: { least: "5000" } })).rejects.toThrow(
    "after 5000 to 6000 tokens; change least or most.",
  );
});

it("names entry and field of messages that compressMessages would not take", async () => {
  const wrong = TRAJECTORY.map((message) => ({ ...message, tool_call_id: undefined }));
  const all = [TRAJECTORY, wrong].map((traj, task_id) => ({ task_id, trial: 0, traj }));
  const path = "agent_traces/taubench_gpt4o_airline.json";
  const data = await folderOf({ [path]: JSON.stringify(all) });
  await expect(conversation.load({ count, data, choices: CHOICES })).rejects.toMatchObject({
    code: "data-layout",
    message: expect.stringMatching(
      /airline\.json, entry 1, field traj\[3\]\.tool_call_id: expected a string, found undefined/,
    ),
  });
  const said = SHARED.conversations;
  const shared = { ...SHARED, conversations: said.toSpliced(2, 0, { from: "tool", value: "7" }) };
  const dump = await folderOf({ "conversations/a.jsonl": linesOf(SHARED, shared) });
  const choices = { ...CHOICES, source: "sharegpt" };
  await expect(conversation.load({ count, data: dump, choices })).rejects.toThrow(
    /a\.jsonl, line 2, field conversations\[2\]\.tool_call_id: /,
  );
});
