/**
 * A target with a memory on disk, so that a run that is resumed or repeated asks nothing twice.
 *
 * @module
 */

import { createHash, randomUUID } from "node:crypto";
import cacache from "cacache";
import { z } from "zod";
import { throwIfAborted } from "../errors.js";
import type { Answer, GenerateOptions, Likelihood, Target } from "./types.js";

/** Options of {@link cachedTarget}. */
export interface CachedTargetOptions {
  /** Folder of the cache; made where it is not there. Several processes may use it at once. */
  readonly directory: string;
  /**
   * All that changes the target's answers besides its name and place, such as the API, the system message
   * and the seed; of plain JSON, and without keys.
   */
  readonly identity: Readonly<Record<string, unknown>>;
}

/** Raised when answers kept by an earlier version must not be read any more. */
const VERSION = 1;

const count = z.number().int().nonnegative();

const usageSchema = z.object({
  promptTokens: count,
  completionTokens: count,
  cachedTokens: count,
});

const answerSchema = z.object({ text: z.string(), finished: z.boolean(), usage: usageSchema });

const likelihoodSchema = z.object({ nats: z.number(), tokens: count, usage: usageSchema });

/**
 * `target` with a disk cache. Answers from it have no `ms`. Failures are not kept, and a cache that
 * cannot be read or written is passed over: then the target is asked.
 *
 * Put it around `limitedTarget`, so that what is known waits for nothing.
 */
export function cachedTarget(target: Target, options: CachedTargetOptions): Target {
  const { directory, identity } = options;
  const key = (...question: readonly unknown[]) =>
    keyOf([VERSION, target.name, target.where, identity, ...question]);
  return {
    name: target.name,
    where: target.where,
    ...(target.generate && {
      async generate(prompt, asked) {
        throwIfAborted(asked.signal);
        const at = key("generate", prompt, asked.maxNewTokens, asked.stop, ...moreOf(asked));
        const ask = async () => target.generate?.(prompt, asked);
        return remembered<Answer>(directory, at, answerSchema, ask);
      },
    }),
    ...(target.likelihood && {
      async likelihood(prompt, continuation, signal) {
        throwIfAborted(signal);
        const at = key("likelihood", prompt, continuation);
        const ask = async () => target.likelihood?.(prompt, continuation, signal);
        return remembered<Likelihood>(directory, at, likelihoodSchema, ask);
      },
    }),
    close: () => target.close(),
  };
}

/** Nothing for what is usual, so that answers of earlier versions are found. */
function moreOf({ temperature = 0, history = [] }: GenerateOptions): readonly unknown[] {
  return temperature === 0 && history.length === 0 ? [] : [temperature, history];
}

async function remembered<T extends object>(
  directory: string,
  key: string,
  schema: z.ZodType<T>,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const known = await read(directory, key, schema);
  if (known !== undefined) return known;
  const answer = (await ask()) as T;
  await write(directory, key, answer);
  return answer;
}

async function read<T>(
  directory: string,
  key: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  try {
    const { data } = await cacache.get(directory, key, { memoize: false });
    return schema.parse(JSON.parse(new TextDecoder().decode(data)).answer);
  } catch {
    return undefined;
  }
}

/** With a name of its own in each entry: cacache would not replace damaged contents with equal ones. */
async function write(directory: string, key: string, answer: object): Promise<void> {
  try {
    const { ms: _, ...kept } = answer as { ms?: number };
    await cacache.put(directory, key, JSON.stringify({ entry: randomUUID(), answer: kept }));
  } catch {
    // The answer is there all the same.
  }
}

/** The same for objects whose fields stand in another order. */
function keyOf(question: readonly unknown[]): string {
  const text = JSON.stringify(question, (_, value) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash("sha256").update(text).digest("hex");
}
