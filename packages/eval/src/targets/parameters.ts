/**
 * Requests that change with what a server takes: some models refuse `max_tokens`, `seed` or a temperature.
 *
 * @module
 */
import { z } from "zod";
import type { Post, Reply } from "./transport.js";

/** The body of a request by field, in the wire's names. */
export type Body = Readonly<Record<string, unknown>>;

/** What a server made us change: another name for `max_tokens`, or a field left out. */
export type Change = "max_completion_tokens" | (typeof DROPPABLE)[number];

/** Fields that a request can do without. Stop texts are cut here as well. */
const DROPPABLE = ["seed", "temperature", "top_p", "stop"] as const;

/**
 * Posts `body`; where the server refuses a field by name, once more without it. What helped is added
 * to `learned` and done at once the next time. Without `temperature` an answer may no longer be the greedy one.
 */
export async function postAdapted(
  post: Post,
  path: string,
  body: Body,
  learned: Set<Change>,
  signal?: AbortSignal,
): Promise<Reply> {
  const changes = new Set(learned);
  for (;;) {
    const sent = changed(body, changes);
    const reply = await post(path, sent, signal);
    if (reply.ok) {
      for (const change of changes) learned.add(change);
      return reply;
    }
    const change = changeFor(reply.status, reply.words, sent);
    if (change === undefined) return reply;
    changes.add(change);
  }
}

/** The body with all changes made. Pure. */
export function changed(body: Body, changes: ReadonlySet<Change>): Body {
  const fields = Object.entries(body)
    .filter(([name]) => !changes.has(name as Change))
    .map(([name, value]): [string, unknown] => {
      const renamed = name === "max_tokens" && changes.has("max_completion_tokens");
      return [renamed ? "max_completion_tokens" : name, value];
    });
  return Object.fromEntries(fields);
}

const complaintSchema = z.object({
  error: z.object({ message: z.string(), param: z.string() }).partial().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  detail: z
    .array(z.object({ loc: z.array(z.unknown()) }))
    .optional()
    .catch(undefined),
});

/** The change that a refusal asks for; undefined where it names no field of the request. Pure. */
export function changeFor(status: number, words: string, sent: Body): Change | undefined {
  if (status !== 400 && status !== 422) return undefined;
  const { message, fields } = complaintOf(words);
  const renames = "max_tokens" in sent && message.includes("max_completion_tokens");
  if (renames) return "max_completion_tokens";
  const droppable = DROPPABLE.filter((name) => name in sent);
  const named = droppable.find((name) => fields.includes(name));
  if (named !== undefined || !COMPLAINT.test(message)) return named;
  return droppable.find((name) => new RegExp(`\\b${name}\\b`).test(message));
}

const COMPLAINT =
  /unsupported|not support|unknown|unrecogni[sz]ed|unexpected|extra|not (?:permitted|allowed)|invalid/i;

/** OpenAI's form of an error, FastAPI's, or any text; only its beginning, for some quote the prompt. */
function complaintOf(words: string): { message: string; fields: readonly unknown[] } {
  const { data } = complaintSchema.safeParse(parsed(words));
  const fields = (data?.detail ?? []).map(({ loc }) => loc.at(-1));
  const message = data?.error?.message ?? data?.message ?? words;
  return { message: message.slice(0, 500), fields: [...fields, data?.error?.param] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
