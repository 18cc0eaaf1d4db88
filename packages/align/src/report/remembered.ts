/**
 * A sampler with a memory on disk: a report that is made again draws nothing twice.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parsedBy } from "./json.js";
import type { Sampler } from "./sample.js";
import type { Sampled, Unusable } from "./sampled.js";

const count = z.int().nonnegative();

const usage = z
  .object({ promptTokens: count, completionTokens: count, cachedTokens: count })
  .optional();

const sampled: z.ZodType<Sampled | Unusable> = z.union([
  z.object({
    text: z.string().min(1),
    nats: z.number(),
    end: z.number().optional(),
    tokens: z.int().positive(),
    finished: z.boolean(),
    usage,
  }),
  // A server may be taught to give log-probabilities: an answer without them is asked for again.
  z.object({ why: z.enum(["empty", "other-text"]), usage }),
]);

const line = z.object({ key: z.string(), sampled });

/**
 * `sampler`, with its samples in `samples.jsonl` of a folder, those of no use too. A line that cannot be read
 * is drawn again, and a folder that cannot be written is passed over.
 */
export async function rememberingSampler(sampler: Sampler, folder: string): Promise<Sampler> {
  const path = join(folder, "samples.jsonl");
  const known = await linesOf(path);
  return {
    name: sampler.name,
    where: sampler.where,
    async sample(messages, options) {
      const { maxNewTokens, seed } = options;
      const key = keyOf([FORM, sampler.name, sampler.where, messages, maxNewTokens, seed]);
      const found = known.get(key);
      if (found !== undefined) return found;
      const drawn = await sampler.sample(messages, options);
      if (!("why" in drawn) || drawn.why !== "no-logprobs") {
        await keep(folder, path, `${JSON.stringify({ key, sampled: drawn })}\n`);
      }
      return drawn;
    },
  };
}

/** Of what is kept; lines of a form that knew less (no ends) are drawn again. */
const FORM = 2;

function keyOf(question: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(question)).digest("hex").slice(0, 24);
}

async function linesOf(path: string) {
  const text = await readFile(path, "utf8").catch(() => "");
  const lines = text.split("\n").flatMap((raw) => parsedBy(line, raw).data ?? []);
  return new Map(lines.map(({ key, sampled }) => [key, sampled]));
}

async function keep(folder: string, path: string, text: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    // A line that a kill cut off must not swallow this one: an empty line costs nothing.
    await appendFile(path, `\n${text}`);
  } catch {
    // The sample is there all the same.
  }
}
