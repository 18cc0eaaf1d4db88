/**
 * Conversations: what an agent answered, given its compressed history.
 *
 * Trajectories of τ-bench's airline agent (agent_traces/taubench_gpt4o_airline.json). An item is one
 * answer in words (15 or more, no call of a tool) to the user in the second half of a trajectory, one a
 * trajectory, drawn with --seed. Answers that read out a tool's result are not taken: what they speak of
 * stands in the last message, not in the history. All messages before the last are the history: one
 * context each, the system prompt first, 1,500 to 6,000 tokens in all. The last message and the label
 * "Assistant:" stay verbatim in the suffix; the gold text is the answer as it was given.
 *
 * What is fair: the whole history is compressed, the system prompt (1,250 tokens, the same in each) with
 * it, so a ninth of it cannot hold the policy and the facts. In earnest one would keep the policy
 * verbatim; then nothing would be left to compare at 9x. Nobody says that the answer is right (six in ten
 * trajectories failed their task): likelihood says how much of what the agent went by is still there.
 * Condition messages gives the library the messages, the last one as the question; all others see the
 * history as contexts. There are 50 tasks: the id is TASK.TRIAL, trials of a task are alike, so resample by task.
 */
import { join } from "node:path";
import { textOf } from "../../answers.mjs";
import { randomOf } from "../conditions.mjs";

const LEAST = 1500;
const MOST = 6000;
const WORDS = 15;
const JOINT = "\n\n";
const ROLES = { system: "System", user: "User", assistant: "Assistant", tool: "Tool" };

export const conversation = {
  sizes: { ratios: [3, 9] },
  conditions: [
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
  groups({ data, items = 100, seed, count }) {
    const file = join(data, "agent_traces/taubench_gpt4o_airline.json");
    const all = JSON.parse(textOf(file)).sort((a, b) => a.trial - b.trial || a.task_id - b.task_id);
    const groups = [];
    for (const { task_id: task, trial, traj } of all) {
      if (groups.length === items) break;
      const id = `${task}.${trial}`;
      const group = itemOf(id, traj, randomOf(`${seed} ${id}`), count);
      if (group) groups.push(group);
    }
    return groups;
  },
};

function itemOf(id, messages, random, count) {
  const pool = [...messages.keys()].filter((at) => isAnswer(messages, at, count));
  if (pool.length === 0) return undefined;
  const at = pool[Math.floor(random() * pool.length)];
  const last = messages[at - 1];
  const row = {
    id,
    suffix: `${JOINT}${turnOf(last)}${JOINT}Assistant:`,
    gold: ` ${messages[at].content.trim()}`,
    answers: [],
  };
  const contexts = historyOf(messages, at - 1);
  const given = messages.slice(0, at);
  const textOfHistory = (left) => historyOf(left, left.length - 1).join(JOINT);
  const prompt = { instruction: "", contexts, question: last.content, messages: given };
  return { id, ...prompt, textOfHistory, rule: "none", rows: [row] };
}

function isAnswer(messages, at, count) {
  const { role, content, tool_calls: calls } = messages[at];
  if (role !== "assistant" || !content || calls?.length || at < messages.length / 2) return false;
  if (messages[at - 1].role !== "user" || content.trim().split(/\s+/).length < WORDS) return false;
  const tokens = count(historyOf(messages, at - 1).join(JOINT));
  return tokens >= LEAST && tokens <= MOST;
}

/** The messages before `end` that say something. */
function historyOf(messages, end) {
  const turns = messages.slice(0, end).map(turnOf);
  return turns.filter((turn) => turn !== "");
}

function turnOf({ role, content, tool_calls: calls }) {
  const said = content?.trim() ? [`${ROLES[role]}: ${content.trim()}`] : [];
  const called = (calls ?? []).map(
    ({ function: { name, arguments: given } }) => `Assistant calls ${name}: ${given}`,
  );
  return [...said, ...called].join("\n");
}
