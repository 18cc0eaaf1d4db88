/**
 * Whole runs with the real scorer: the embedded target, and a server on loopback.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io } from "llmlingua/cli-kit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../dist/cli/index.js";

let folder: string;
let server: Server;
const asked: { readonly path: string; readonly key: string; readonly prompt: string }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "llmlingua-eval-"));
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { messages } = JSON.parse(Buffer.concat(chunks).toString());
      const prompt = String(messages[0].content);
      asked.push({ path: request.url ?? "", key: request.headers.authorization ?? "", prompt });
      const content = prompt.includes("Ida") ? "Ida Holm" : "I do not know.";
      const usage = { prompt_tokens: Math.ceil(prompt.length / 4), completion_tokens: 3 };
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify({ choices: [{ message: { content }, finish_reason: "stop" }], usage }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

async function outcome(line: string, env: Io["env"] = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const io: Io = {
    stdin: { async *[Symbol.asyncIterator]() {} },
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    env,
    signal: new AbortController().signal,
  };
  const code = await run(line.split(" "), io);
  return { code, out: out.join(""), err: err.join("") };
}

async function linesOf(path: string): Promise<Record<string, unknown>[]> {
  return (await readFile(path, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("llmlingua eval", () => {
  it("measures likelihoods offline and pairs them with the full prompt", async () => {
    const out = join(folder, "gsm8k");
    const line = `gsm8k --items 2 --methods full,zero,default,default-random,truncate --ratios 6x --out ${out}`;
    const { code, out: text, err } = await outcome(line);
    expect(err).toContain("likelihoods");
    expect(code).toBe(0);
    expect(text).toContain("| LLMLingua, default | 2 |");
    const results = await linesOf(join(out, "results.jsonl"));
    expect(results).toHaveLength(10);
    for (const { nll } of results)
      expect((nll as { perToken: number }).perToken).toBeGreaterThan(0.2);
    const prompts = await linesOf(join(out, "prompts.jsonl"));
    const sized = prompts.filter(({ size }) => size === "6x");
    for (const { tokens, originalTokens } of sized) {
      expect(Number(tokens)).toBeLessThanOrEqual(Number(originalTokens) / 6);
      expect(Number(tokens)).toBeGreaterThan(0.9 * (Number(originalTokens) / 6));
    }
    const before = await readFile(join(out, "results.jsonl"), "utf8");
    expect((await outcome(line)).code).toBe(0);
    expect(await readFile(join(out, "results.jsonl"), "utf8")).toBe(before);
  });

  it("says for own prompts what each rate keeps, saves and costs", async () => {
    const file = join(folder, "own.jsonl");
    const contexts = [
      "The museum opened in 1987. The architect was Ida Holm.",
      "The harbour was dug in 1902. Ships bring timber and salt to the town.",
    ];
    const line = {
      contexts,
      question: "Who was the architect of the museum?",
      expected: "Ida Holm",
    };
    await writeFile(file, `${JSON.stringify(line)}\n`);
    const { port } = server.address() as AddressInfo;
    const out = join(folder, "own");
    const flags = `--target http://127.0.0.1:${port}/v1 --model fake --api chat --api-key-env KEY --price-in 1 --price-out 2 --no-cache --out ${out}`;
    const { code, out: text, err } = await outcome(`own ${file} ${flags}`, { KEY: "sk-secret" });
    expect(err).toContain("USD");
    expect(code).toBe(0);
    expect(text).toContain("Saved tokens");
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.every(({ key }) => key === "Bearer sk-secret")).toBe(true);
    for (const name of ["run.json", "results.jsonl", "report.html", "summary.json"]) {
      expect(await readFile(join(out, name), "utf8")).not.toContain("sk-secret");
    }
    const results = await linesOf(join(out, "results.jsonl"));
    const full = results.find(({ condition }) => condition === "full");
    expect(full).toMatchObject({ answer: "Ida Holm", scores: { f1: 1 }, finished: true });
  });

  it("asks nothing in a dry run", async () => {
    const before = asked.length;
    const { port } = server.address() as AddressInfo;
    const { code, out, err } = await outcome(
      `multidoc --items 3 --target http://127.0.0.1:${port}/v1 --model fake --api chat --price-in 1 --price-out 2 --dry-run`,
    );
    expect(code).toBe(0);
    expect(out).toBe("");
    expect(err).toMatch(/up to about \d+\.\d\d USD/);
    expect(asked.length).toBe(before);
  });

  it("refuses a target that can neither answer nor say how likely a text is", async () => {
    const file = join(folder, "bare.jsonl");
    await writeFile(file, '{"prompt":"Write a poem about the sea."}\n');
    const { code, err } = await outcome(`own ${file} --out ${join(folder, "bare")}`);
    expect(code).toBe(2);
    expect(err).toMatch(/no item says what is expected/);
  });
});
