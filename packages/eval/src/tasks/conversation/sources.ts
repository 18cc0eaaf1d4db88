/**
 * Conversations as they are published: τ-bench's trajectories and ShareGPT's dumps, both as messages.
 *
 * @module
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { EvaluationError } from "../../errors.js";
import { checked, dataPath, jsonLinesOf, jsonOf } from "../files.js";
import { invalid } from "../options.js";
import { withUniqueIds } from "../unique.js";
import type { Place } from "./chat.js";
import { MESSAGE, type Message } from "./turns.js";

/** One conversation; `id` seeds its draw. */
export interface Conversation {
  readonly id: string;
  readonly messages: readonly Message[];
  readonly place: Place;
}

const TRAJECTORY = z.object({
  task_id: z.number().int(),
  trial: z.number().int(),
  traj: z.array(MESSAGE),
});

/** Roles by the names that dumps of ShareGPT give them. */
const ROLES = {
  human: "user",
  user: "user",
  gpt: "assistant",
  chatgpt: "assistant",
  assistant: "assistant",
  bing: "assistant",
  bard: "assistant",
  system: "system",
  tool: "tool",
} as const satisfies Record<string, Message["role"]>;

const SPEAKERS = Object.keys(ROLES) as (keyof typeof ROLES)[];
const SHARED = z.object({
  id: z.union([z.string(), z.number()]),
  conversations: z.array(z.object({ from: z.enum(SPEAKERS), value: z.string() })),
});

const EXPECTED =
  'Expected τ-bench\'s [{"task_id", "trial", "traj": [message]}] or ShareGPT\'s ' +
  '[{"id", "conversations": [{"from", "value"}]}], as JSON or as JSON lines.';

/** @param source - `taubench`, `sharegpt` or a file in either layout */
export async function conversationsOf(
  data: string | undefined,
  source: string,
): Promise<Conversation[]> {
  const paths = await pathsOf(data, source);
  return withUniqueIds((await Promise.all(paths.map(readConversations))).flat());
}

async function pathsOf(data: string | undefined, source: string): Promise<string[]> {
  if (source === "taubench") return [dataPath(data, "agent_traces/taubench_gpt4o_airline.json")];
  if (source === "sharegpt") return sharedFiles(dataPath(data, "conversations"));
  if (/[./\\]/.test(source)) return [source];
  throw invalid(`source is ${source}; it must be taubench, sharegpt or a file.`);
}

/** The folder's *.json; where there is none, its *.jsonl. */
async function sharedFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: Error) => {
    throw new EvaluationError("data-missing", `No folder ${folder}. ${EXPECTED}`, { cause });
  });
  const found = [/\.json$/, /\.jsonl(\.gz)?$/]
    .map((kind) => names.filter((name) => kind.test(name)).sort())
    .find(({ length }) => length > 0);
  if (!found) throw new EvaluationError("data-missing", `No file *.json in ${folder}. ${EXPECTED}`);
  return found.map((name) => join(folder, name));
}

async function readConversations(path: string): Promise<Conversation[]> {
  const file = { path, expected: EXPECTED };
  if (/\.jsonl(\.gz)?$/.test(path)) {
    const lines = await jsonLinesOf(file, z.unknown());
    return inOrder(lines.map(({ line, value }) => conversationOf(value, `${path}, line ${line}`)));
  }
  const all = await jsonOf(file, z.array(z.unknown()));
  return inOrder(all.map((value, at) => conversationOf(value, `${path}, entry ${at}`)));
}

type Sorted = Conversation & { readonly order?: readonly [trial: number, task: number] };

function conversationOf(value: unknown, where: string): Sorted {
  if (typeof value === "object" && value !== null && "traj" in value) {
    const { task_id: task, trial, traj } = checked(value, TRAJECTORY, where);
    const place = { where, field: "traj" };
    return { id: `${task}.${trial}`, messages: traj, place, order: [trial, task] };
  }
  const { id, conversations } = checked(value, SHARED, where);
  const messages = conversations.map(({ from, value: content }) => ({
    role: ROLES[from],
    content,
  }));
  return { id: String(id), messages, place: { where, field: "conversations" } };
}

/** Trajectories by trial, then task: the first so many are of as many tasks as can be. */
function inOrder(all: Sorted[]): Conversation[] {
  return all
    .sort((a, b) => {
      const [[trialA, taskA], [trialB, taskB]] = [a.order ?? [0, 0], b.order ?? [0, 0]];
      return trialA - trialB || taskA - taskB;
    })
    .map(({ order: _, ...one }) => one);
}
