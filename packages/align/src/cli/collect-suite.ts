/**
 * What tests of `llmlingua align collect` share: a folder each, the command with the outside as strings, a server.
 *
 * @module
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io } from "llmlingua/cli-kit";
import { afterEach, beforeEach } from "vitest";
import { type Handler, json, serve } from "../../../eval/src/targets/server-suite.js";
import { run } from "./index.js";

export const KEY = "sk-test-0123456789abcdef0123";

export let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "llmlingua-align-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** One command line with the outside as strings. */
export async function outcome(
  words: readonly string[],
  signal: AbortSignal = new AbortController().signal,
) {
  const [out, err]: [string[], string[]] = [[], []];
  const io: Io = {
    stdin: { async *[Symbol.asyncIterator]() {} },
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    env: { THE_KEY: KEY },
    signal,
  };
  return { code: await run(["collect", ...words], io), out: out.join(""), err: err.join("") };
}

export const file = (name: string) => join(folder, name);
export const text = (name: string) => readFile(file(name), "utf8");
export const lines = async (name: string) =>
  (await text(name))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

export async function write(name: string, ...values: unknown[]) {
  const all = values.map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  await writeFile(file(name), `${all.join("\n")}\n`);
}

export const PROMPTS = Array.from({ length: 6 }, (_, i) => ({ prompt: `Question ${i}?` }));

// biome-ignore lint/suspicious/noExplicitAny: what was sent is what the test looks at
export type Body = any;

export const asked = (body: Body): string => body.messages?.at(-1).content ?? body.prompt;

/** Answers what it was asked, in capitals; so many tokens each. */
export const echo = (
  answer: (body: Body) => string = (body) => asked(body).toUpperCase(),
  reason = "stop",
) =>
  json((body) => ({
    choices: [{ message: { role: "assistant", content: answer(body) }, finish_reason: reason }],
    usage: { prompt_tokens: 1000, completion_tokens: 1000 },
  }));

/** A server, and the words of a command that asks it. */
export async function target(handler: Handler) {
  const { baseUrl, requests } = await serve(handler);
  const words = [
    ...["--target", baseUrl, "--model", "m", "--retries", "0", "--no-cache"],
    ...["--prompts", file("prompts.jsonl"), "--out", file("pairs.jsonl")],
  ];
  return { baseUrl, requests, words, questions: () => requests.map(({ body }) => asked(body)) };
}

/** The words of `target` that ask for instructions like those of `seeds.jsonl` instead. */
export function expanding(words: readonly string[]): string[] {
  const at = words.indexOf("--prompts");
  return [...words.slice(0, at), ...words.slice(at + 2), "--expand", file("seeds.jsonl")];
}
