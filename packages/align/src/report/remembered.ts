/**
 * A sampler with a memory on disk: a report that is made again draws nothing twice.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Sampler } from "./sample.js";

const line = z.object({
  key: z.string(),
  sampled: z.object({
    text: z.string().min(1),
    nats: z.number(),
    tokens: z.int().positive(),
    finished: z.boolean(),
  }),
});

/**
 * `sampler`, with its samples in `samples.jsonl` of a folder. A line that cannot be read is drawn again, and a
 * folder that cannot be written is passed over.
 */
export async function rememberingSampler(sampler: Sampler, folder: string): Promise<Sampler> {
  const path = join(folder, "samples.jsonl");
  const known = await linesOf(path);
  return {
    name: sampler.name,
    where: sampler.where,
    async sample(messages, options) {
      const { maxNewTokens, seed } = options;
      const key = keyOf([sampler.name, sampler.where, messages, maxNewTokens, seed]);
      const found = known.get(key);
      if (found !== undefined) return found;
      const sampled = await sampler.sample(messages, options);
      if ("text" in sampled) await keep(folder, path, `${JSON.stringify({ key, sampled })}\n`);
      return sampled;
    },
  };
}

function keyOf(question: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(question)).digest("hex").slice(0, 24);
}

async function linesOf(path: string) {
  const text = await readFile(path, "utf8").catch(() => "");
  const lines = text.split("\n").flatMap((raw) => {
    const parsed = line.safeParse(jsonOrNothing(raw));
    return parsed.success ? [parsed.data] : [];
  });
  return new Map(lines.map(({ key, sampled }) => [key, sampled]));
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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
