import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LoggedPair } from "../types.js";
import { readLogs } from "./read-logs.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "llmlingua-logs-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function outcome(
  paths: readonly string[] = [folder],
  allTurns = false,
  without: string[] = [],
) {
  const pairs: LoggedPair[] = [];
  const skipped: string[] = [];
  const onSkip = (reason: string) => skipped.push(reason);
  for await (const pair of readLogs({ paths, without, allTurns, onSkip })) pairs.push(pair);
  return { pairs, skipped };
}

async function of(entries: readonly unknown[], allTurns = false) {
  const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`);
  await writeFile(join(folder, "log.jsonl"), lines.join(""));
  return outcome([join(folder, "log.jsonl")], allTurns);
}

const user = (content: unknown) => ({ role: "user", content });
const assistant = (content: unknown) => ({ role: "assistant", content });
const system = (content: unknown) => ({ role: "system", content });
const chat = (content: unknown, finish_reason = "stop") => ({
  model: "m-1",
  choices: [{ index: 0, message: assistant(content), finish_reason }],
});
const claude = (text: string, stop_reason = "end_turn") => ({
  type: "message",
  role: "assistant",
  model: "c-1",
  content: [
    { type: "thinking", thinking: "hm" },
    { type: "text", text },
  ],
  stop_reason,
});
const HI = { messages: [user("Hi")] };

describe("readLogs", () => {
  it.each<[string, unknown, Partial<LoggedPair>]>([
    ["OpenAI chat", { request: HI, response: chat("Hello") }, { model: "m-1", finished: true }],
    [
      "an answer that was cut",
      { request: HI, response: chat("Hello", "length") },
      { finished: false },
    ],
    ["request and response side by side", { ...HI, ...chat("Hello") }, { finished: true }],
    ["a fine-tuning line", { messages: [user("Hi"), assistant("Hello")] }, {}],
    ["a bare conversation", [user("Hi"), assistant("Hello")], {}],
    [
      "nested JSON texts",
      { request: JSON.stringify(HI), response: JSON.stringify(chat("Hello")) },
      {},
    ],
    ["input and output", { input: HI, output: chat("Hello") }, {}],
    ["texts", { input: "Hi", output: "Hello" }, {}],
    ["messages and a text", { input: [user("Hi")], output: "Hello" }, {}],
    ["completions", { request: { prompt: "Hi" }, response: { choices: [{ text: "Hello" }] } }, {}],
    ["former fine-tuning", { prompt: "Hi", completion: "Hello" }, {}],
    [
      "Anthropic messages",
      { request: HI, response: claude("Hello") },
      { model: "c-1", finished: true },
    ],
    [
      "Anthropic, cut",
      { request: HI, response: claude("Hello", "max_tokens") },
      { finished: false },
    ],
    [
      "Anthropic's former completions",
      {
        request: { prompt: "\n\nHuman: Hi\n\nAssistant:" },
        response: { completion: "Hello", stop_reason: "stop_sequence" },
      },
      { finished: true },
    ],
    [
      "OpenAI responses",
      {
        input: [{ type: "message", role: "user", content: [{ type: "input_text", text: "Hi" }] }],
        output: [
          { type: "reasoning", summary: [] },
          { type: "message", role: "assistant", content: [{ type: "output_text", text: "Hello" }] },
        ],
        status: "incomplete",
        error: null,
      },
      { finished: false },
    ],
    [
      "Ollama",
      { request: HI, response: { message: assistant("Hello"), done_reason: "stop" } },
      { finished: true },
    ],
    [
      "a proxy's bodies",
      { request: { body: HI }, response: { status: 200, body: chat("Hello") } },
      {},
    ],
    ["pairs", { ...HI, answer: "Hello", finished: true, id: "x" }, {}],
  ])("reads %s", async (_, entry, more) => {
    const { pairs, skipped } = await of([entry]);
    expect(skipped).toEqual([]);
    expect(pairs).toHaveLength(1);
    expect(pairs[0]).toMatchObject({ messages: [user("Hi")], answer: "Hello", ...more });
    expect(pairs[0].source).toBe("log.jsonl:1");
  });

  it("reads system messages of both providers, and parts of texts", async () => {
    const { pairs } = await of([
      {
        request: { system: [{ type: "text", text: "Be brief." }], ...HI },
        response: claude("Hello"),
      },
      { messages: [{ role: "developer", content: "Be brief." }, user("Hi"), assistant("Hello")] },
      {
        request: {
          messages: [
            user([
              { type: "text", text: "a" },
              { type: "text", text: "b" },
            ]),
          ],
        },
        response: chat([{ type: "text", text: "c" }]),
      },
    ]);
    expect(pairs.slice(0, 2).map(({ messages }) => messages)).toEqual([
      [system("Be brief."), user("Hi")],
      [system("Be brief."), user("Hi")],
    ]);
    expect(pairs[2]).toMatchObject({ messages: [user("ab")], answer: "c" });
  });

  it.each<[string, unknown]>([
    ["no prompt", { response: chat("Hello") }],
    ["no answer", { request: HI }],
    ["no answer", HI],
    ["no answer", { request: HI, response: { object: "chat.completion.chunk" } }],
    ["empty answer", { request: HI, response: chat(" ") }],
    ["empty prompt", { request: { messages: [user("")] }, response: chat("Hello") }],
    ["the request failed", { request: HI, error: { message: "overloaded" } }],
    ["the request failed", { request: HI, response: { status_code: 500, body: "no" } }],
    ["the request failed", { request: HI, response: { type: "error", error: { type: "x" } } }],
    [
      "tool calls",
      { request: HI, response: { choices: [{ message: { content: null, tool_calls: [{}] } }] } },
    ],
    ["tool calls", { request: HI, response: { content: [{ type: "tool_use", name: "x" }] } }],
    [
      "tool calls",
      {
        request: {
          messages: [
            user("Hi"),
            { role: "assistant", tool_calls: [{}] },
            { role: "tool", content: "1" },
          ],
        },
        response: chat("Hello"),
      },
    ],
    [
      "images, sound or files",
      {
        request: { messages: [user([{ type: "image_url", image_url: {} }])] },
        response: chat("A cat"),
      },
    ],
    [
      "a refusal",
      { request: HI, response: { choices: [{ message: { content: null, refusal: "No." } }] } },
    ],
    [
      "the answer's beginning is in the prompt",
      { request: { messages: [user("Hi"), assistant("{")] }, response: claude("}") },
    ],
    [
      "a role that is not known",
      { messages: [{ role: "narrator", content: "x" }, assistant("y")] },
    ],
    ["not an object", 3],
  ])("counts what makes no pair: %s", async (reason, entry) => {
    const { pairs, skipped } = await of([entry]);
    expect([pairs, skipped]).toEqual([[], [reason]]);
  });

  it("takes the last answer of a conversation, or all", async () => {
    const entry = {
      messages: [system("S"), user("1"), assistant("one"), user("2"), assistant("two")],
    };
    expect((await of([entry])).pairs.map(({ answer }) => answer)).toEqual(["two"]);
    const all = (
      await of([{ request: entry }, { request: { messages: [user("x")] }, response: "y" }], true)
    ).pairs;
    expect(all.map(({ answer }) => answer)).toEqual(["one", "two", "y"]);
    expect(all[0].messages).toEqual([system("S"), user("1")]);
    expect(all[1].messages).toHaveLength(4);
  });

  it("takes earlier answers of a conversation whose end has tools", async () => {
    const messages = [
      user("1"),
      assistant("one"),
      user("2"),
      { role: "assistant", tool_calls: [{}] },
    ];
    const { pairs, skipped } = await of([{ messages }], true);
    expect([pairs.length, skipped]).toEqual([1, ["tool calls"]]);
  });

  it("joins the two files of a batch, whatever their order", async () => {
    const ask = (custom_id: string, text: string) => ({
      custom_id,
      body: { messages: [user(text)] },
    });
    const answer = (custom_id: string, text: string) => ({
      custom_id,
      response: { status_code: 200, body: chat(text) },
      error: null,
    });
    const { pairs, skipped } = await of([
      answer("a", "A"),
      ask("a", "a?"),
      ask("b", "b?"),
      answer("c", "C"),
      ask("d", "one"),
      ask("d", "another"),
      answer("d", "D"),
      { custom_id: "e", params: { messages: [user("e?")] } },
      { custom_id: "e", result: { type: "succeeded", message: claude("E") } },
      { custom_id: "f", params: { messages: [user("f?")] } },
      { custom_id: "f", result: { type: "expired" } },
    ]);
    expect(pairs.map(({ messages, answer: said }) => [messages[0].content, said])).toEqual([
      ["a?", "A"],
      ["e?", "E"],
    ]);
    expect(skipped.sort()).toEqual([
      "a batch answer without its request",
      "a batch request without its answer",
      "several batch requests of one custom_id",
      "the request failed",
    ]);
  });

  it("goes through folders, lists, lines that are damaged, byte order marks and carriage returns", async () => {
    const entry = { input: "Hi", output: "Hello" };
    await mkdir(join(folder, "deep"));
    await writeFile(join(folder, "deep", "list.json"), JSON.stringify([entry, entry]));
    await writeFile(join(folder, "lines.json"), `\ufeff${JSON.stringify(entry)}\r\n{oops\r\n\r\n`);
    await writeFile(join(folder, "notes.txt"), "not a log");
    await writeFile(join(folder, "pairs.jsonl"), JSON.stringify(entry));
    const { pairs, skipped } = await outcome([folder], false, [join(folder, "pairs.jsonl")]);
    const name = folder.split("/").at(-1);
    expect(pairs.map(({ source }) => source)).toEqual([
      `${name}/deep/list.json#1`,
      `${name}/deep/list.json#2`,
      `${name}/lines.json:1`,
    ]);
    expect(skipped).toEqual(["a file that is neither .jsonl nor .json", "not JSON"]);
  });

  it("follows links to files, once each, and counts those that lead to none", async () => {
    const entry = JSON.stringify({ input: "Hi", output: "Hello" });
    await mkdir(join(folder, "logs", "deep"), { recursive: true });
    await writeFile(join(folder, "outside"), entry);
    await writeFile(join(folder, "pairs.jsonl"), entry);
    await writeFile(join(folder, "logs", "a.jsonl"), entry);
    const links = { "b.jsonl": "../outside", "c.jsonl": "a.jsonl", "d.jsonl": "none", e: "deep" };
    for (const [name, to] of Object.entries({ ...links, "out.jsonl": "../pairs.jsonl" })) {
      await symlink(to, join(folder, "logs", name));
    }
    const paths = [join(folder, "logs")];
    const { pairs, skipped } = await outcome(paths, false, [join(folder, "pairs.jsonl")]);
    expect(pairs.map(({ source }) => source)).toEqual(["logs/a.jsonl:1", "logs/b.jsonl:1"]);
    expect(skipped).toEqual(Array(2).fill("a link that leads to no file"));
  });

  it.each(["log.json", "log.jsonl"])("reads no broken UTF-8 from %s", async (name) => {
    const [begin, end] = ['{"input":"H', 'i","output":"Hello"}'].map((text) => Buffer.from(text));
    await writeFile(join(folder, name), Buffer.concat([begin, Buffer.from([0xff]), end]));
    expect(await outcome()).toEqual({ pairs: [], skipped: ["not JSON"] });
  });

  it("passes over values of any form where a word is expected", async () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const hostile = [deep, '{"toString":1}', '{"valueOf":1,"toString":null}', "null", "true"];
    const entries = hostile.flatMap((value) => [
      `{"messages":[{"role":${value},"content":"x"}]}`,
      `{"input":"Hi","output":{"type":${value},"status":${value},"content":"Hello"}}`,
      `{"custom_id":${value},"body":{"messages":[{"role":"user","content":"Hi"}]}}`,
      `{"messages":${value},"choices":[${value}]}`,
      `{"prompt":${value},"completion":${value},"model":${value}}`,
      `{"messages":[{"role":"user","content":[{"type":${value},"text":${value}}]}],"output":"x"}`,
      value,
    ]);
    await writeFile(join(folder, "log.jsonl"), entries.join("\n"));
    const { pairs, skipped } = await outcome([folder], true);
    expect(pairs.every(({ answer }) => answer === "Hello")).toBe(true);
    expect(pairs).toHaveLength(hostile.length);
    expect(skipped).not.toContain("a batch request without its answer");
  });

  it("says that there is no such folder, or nothing in it", async () => {
    await expect(outcome([join(folder, "none")])).rejects.toMatchObject({ code: "data-missing" });
    await expect(outcome()).rejects.toThrow(/no \.jsonl or \.json file/);
  });

  it("never throws on JSON of any form, and gives whole pairs alone", async () => {
    const words = fc.constantFrom(
      ...[
        "messages",
        "role",
        "content",
        "request",
        "response",
        "choices",
        "message",
        "text",
        "type",
      ],
      ...["prompt", "completion", "input", "output", "body", "error", "result", "custom_id"],
    );
    const leaf = fc.oneof(
      fc.constantFrom<unknown>("user", "assistant", "text", "{", "", null, 1),
      fc.string(),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(words, tie("value"), { maxKeys: 4 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 20 }), async (entries) => {
        for (const { messages, answer } of (await of(entries, true)).pairs) {
          expect(answer.trim()).not.toBe("");
          expect(messages.at(-1)?.role).toBe("user");
          expect(messages.every(({ content }) => content.trim() !== "")).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
