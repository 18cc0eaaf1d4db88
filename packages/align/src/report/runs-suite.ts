/**
 * For tests: runs of an evaluation, as records and as folders.
 *
 * @module
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PromptRecord, ResultRecord, RunConfig, RunHeader } from "@llmlingua/eval";

/** A header of which some of the configuration is given. */
export function headerOf(config: Partial<RunConfig> = {}): RunHeader {
  return {
    config: {
      ...{
        task: "gsm8k",
        methods: ["default"],
        sizes: { ratios: [5] },
        items: 4,
        skip: 0,
        seed: 0,
      },
      ...{ target: { name: "big", where: "http://127.0.0.1:1/v1", api: "completions" } },
      ...{ choices: {}, tokenizer: "cl100k_base", scorer: "base", maxNewTokens: 9, timed: false },
      ...config,
    },
    versions: {},
    started: "2026-01-01T00:00:00Z",
  };
}

/** An item's result under `default@5x`. */
export function resultOf(id: number, given: Partial<ResultRecord> = {}): ResultRecord {
  return {
    ...{ condition: "default@5x", method: "default", size: "5x", group: "g", id: `${id}` },
    ...{ question: "q", tokens: 50, originalTokens: 250, scores: { gsm8k: 0 } },
    nll: { perToken: 1, tokens: 10 },
    ...given,
  };
}

/** The prompt of items under `default@5x`. */
export function promptOf(source: string, given: Partial<PromptRecord> = {}): PromptRecord {
  return {
    ...{ condition: "default@5x", method: "default", size: "5x", group: "g", source },
    ...{ prompt: "p", tokens: 50, originalTokens: 250 },
    ...given,
  };
}

/** @param tail - behind the last line of the results */
export async function writeRun(
  folder: string,
  header: unknown,
  results: readonly unknown[],
  { prompts = [], tail = "" }: { prompts?: readonly unknown[]; tail?: string } = {},
): Promise<string> {
  const linesOf = (records: readonly unknown[]) =>
    records.map((record) => `${JSON.stringify(record)}\n`).join("");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "run.json"), JSON.stringify(header));
  await writeFile(join(folder, "prompts.jsonl"), linesOf(prompts));
  await writeFile(join(folder, "results.jsonl"), linesOf(results) + tail);
  return folder;
}
