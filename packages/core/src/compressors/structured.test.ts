/** The product's promises for tagged text, JSON and conversations, from end to end over the hash scorer. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LlmlinguaError } from "../errors.js";
import { createHashScorer } from "../score/hash-scorer.js";
import { type JsonOptions, jsonPrompt } from "../text/json/prompt.js";
import type { JsonRules } from "../text/json/rules.js";
import type { ChatMessage, MessagesOptions } from "../text/messages/types.js";
import { taggedPrompt } from "../text/tags.js";
import { loadCounter } from "../tokens/counters.js";
import { createCompressor } from "./compressor.js";
import type { Budget, CompressOptions } from "./types.js";

const counter = await loadCounter("o200k_base");
const compressor = createCompressor({ scorer: createHashScorer(), counter });
const FOLDER = new URL("../../../llmlingua/test/fixtures/promises/", import.meta.url);
const fixture = (name: string) => readFileSync(new URL(name, FOLDER), "utf8");
const RAG: { contexts: string[]; question: string } = JSON.parse(fixture("rag.json"));
const PRODUCT = fixture("product.json");
/** Phrases open a tagger for every text, which takes too long here. */
const METHODS = [
  { method: "llmlingua" },
  { method: "llmlingua", passages: false },
  { method: "selective-context", unit: "token" },
] as const;
type Options = CompressOptions & Budget & MessagesOptions;

const refused = (error: unknown): undefined => {
  const codes: string[] = ["protected-too-large", "target-too-small"];
  if (error instanceof LlmlinguaError && codes.includes(error.code)) return undefined;
  throw error;
};

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const own of Object.values(value)) frozen(own);
    Object.freeze(value);
  }
  return value;
}

const CHATS: Record<string, readonly ChatMessage[]> = {
  OpenAI: frozen(JSON.parse(fixture("agent-openai.json"))),
  Anthropic: frozen(JSON.parse(fixture("agent-anthropic.json"))),
};

/** Ids of calls (+) and results (−) in order. */
function calls(messages: readonly ChatMessage[]): string[] {
  return messages.flatMap((message) => {
    const own = message as {
      tool_calls?: { id: string }[];
      tool_call_id?: string;
      content?: unknown;
    };
    const blocks = (Array.isArray(own.content) ? own.content : []) as Record<string, string>[];
    return [
      ...blocks.filter((b) => b.type === "tool_use").map((b) => `+${b.id}`),
      ...blocks.filter((b) => b.type === "tool_result").map((b) => `-${b.tool_use_id}`),
      ...(own.tool_calls ?? []).map(({ id }) => `+${id}`),
      ...(own.tool_call_id ? [`-${own.tool_call_id}`] : []),
    ];
  });
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const one of whole) if (at < part.length && part[at] === one) at++;
  return at === part.length;
}

function resultTexts(messages: readonly ChatMessage[]): string[] {
  return messages.flatMap(({ role, content }) => {
    if (role === "tool") return [String(content)];
    const blocks = (Array.isArray(content) ? content : []) as Record<string, unknown>[];
    return blocks
      .filter((b) => b.type === "tool_result" && typeof b.content === "string")
      .map((b) => String(b.content));
  });
}

describe.each(Object.entries(CHATS))("a conversation as %s has it", (_name, messages) => {
  it.each(METHODS)("stays a conversation at every size: %j", async (method) => {
    let longest = 0;
    for (const rate of [0.2, 0.4, 0.6, 0.8, 0.95]) {
      const options: Options = { ...method, rate };
      const result = await compressor.compressMessages(messages, options).catch(refused);
      if (!result) continue;
      const { messages: left, compressedTokens, targetTokens } = result;
      expect(compressedTokens).toBeLessThanOrEqual(targetTokens);
      expect(targetTokens - compressedTokens).toBeLessThanOrEqual(Math.max(3, 0.02 * targetTokens));
      expect(compressedTokens).toBeGreaterThanOrEqual(longest);
      longest = compressedTokens;
      expect(calls(left)).toEqual(calls(messages));
      const roles = (all: readonly ChatMessage[]) => all.map(({ role }) => role);
      expect(isSubsequence(roles(left), roles(messages))).toBe(true);
      expect(left.at(-1)).toEqual(messages.at(-1));
      if (messages[0].role === "system") expect(left[0]).toBe(messages[0]);
      const results = resultTexts(left);
      for (const [i, before] of resultTexts(messages).entries()) {
        if (/^\s*[[{]/.test(before)) expect(() => JSON.parse(results[i])).not.toThrow();
        expect(results[i].trim()).not.toBe("");
      }
      const again = await compressor.compressMessages(messages, options);
      expect(again.messages).toEqual(left);
    }
    expect(longest).toBeGreaterThan(0);
  });

  it.each(METHODS)("is the same objects at rate 1: %j", async (method) => {
    const { messages: left } = await compressor.compressMessages(messages, { ...method, rate: 1 });
    expect(left).toEqual(messages);
    for (const [i, message] of left.entries()) expect(message).toBe(messages[i]);
  });

  it("keeps protected text and what is named to stay", async () => {
    const protect = [{ class: "numbers" as const }, "neighbour", "partition"];
    const { messages: left } = await compressor.compressMessages(messages, {
      rate: 0.9,
      protect,
      keepLast: 2,
    });
    expect(left.slice(-2)).toEqual(messages.slice(-2));
    const count = (all: readonly ChatMessage[], word: string) =>
      JSON.stringify(all).split(word).length;
    for (const word of ["neighbour", "partition", "900"]) {
      expect(count(left, word)).toBe(count(messages, word));
    }
  });

  it("can be cancelled half-way", async () => {
    const stop = new AbortController();
    const job = compressor.compressMessages(messages, {
      rate: 0.6,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(job).rejects.toMatchObject({ code: "aborted" });
    expect(
      (await compressor.compressMessages(messages, { rate: 0.6 })).messages.length,
    ).toBeGreaterThan(0);
  });
});

describe("calls that may go with their results", () => {
  const call = {
    id: "1",
    type: "function",
    function: { name: "f", arguments: '{"p": "SECRET-42"}' },
  };
  const chat = (result: string): ChatMessage[] => [
    { role: "user", content: "Please look at this for me, it is about the harbour." },
    { role: "assistant", content: null, tool_calls: [call] } as ChatMessage,
    { role: "tool", tool_call_id: "1", content: result } as ChatMessage,
    { role: "assistant", content: "The harbour opens at nine. It closes late. Boats may stay." },
    { role: "user", content: "And so?" },
  ];

  it("stay where something of them is protected", async () => {
    const options = { rate: 0.6, keepCalls: false, protect: ["SECRET-42"] };
    const { messages } = await compressor.compressMessages(chat("Nothing was found."), options);
    expect(JSON.stringify(messages)).toContain("SECRET-42");
  });

  it.each(["{}", "[]", '{"a": 1}', "Nothing was found."])(
    "are there at rate 1: %s",
    async (text) => {
      const messages = chat(text);
      const result = await compressor.compressMessages(messages, { rate: 1, keepCalls: false });
      expect(result.messages).toEqual(messages);
    },
  );

  it("go where less is wanted than they take", async () => {
    const options = { rate: 0.3, sizeOf: "prompt", keepCalls: false } as const;
    const { messages } = await compressor.compressMessages(chat("Nothing was found."), options);
    expect(calls(messages)).toEqual([]);
  });
});

describe("conversations that are wrong", () => {
  it.each<[string, unknown, unknown]>([
    ["null", null, { rate: 0.5 }],
    ["a text", "hello", { rate: 0.5 }],
    ["a role of its own", [{ role: "robot", content: "a" }], { rate: 0.5 }],
    ["content 5", [{ role: "user", content: 5 }], { rate: 0.5 }],
    ["a null block", [{ role: "user", content: [null] }], { rate: 0.5 }],
    ["a result without call", [{ role: "tool", tool_call_id: "x", content: "a" }], { rate: 0.5 }],
    ["roleRates of 2", [{ role: "user", content: "a" }], { rate: 0.5, roleRates: { user: 2 } }],
    ["keepLast −1", [{ role: "user", content: "a" }], { rate: 0.5, keepLast: -1 }],
  ])("are a clear error: %s", async (_name, messages, options) => {
    const job = compressor.compressMessages(
      messages as ChatMessage[],
      options as unknown as Options,
    );
    await expect(job).rejects.toBeInstanceOf(LlmlinguaError);
  });
});

describe("conversations with options that are none", () => {
  it.each([undefined, null, { rate: 0.5, roleRates: null }, { rate: 0.5, keepLastUser: "yes" }])(
    "are a clear error: %j",
    async (options) => {
      const job = compressor.compressMessages(
        [{ role: "user", content: "a" }],
        options as unknown as Options,
      );
      await expect(job).rejects.toBeInstanceOf(LlmlinguaError);
    },
  );
});

const shape = (text: string) =>
  JSON.stringify(JSON.parse(text, (_, value) => (typeof value === "string" ? "" : value)));
const numbers = (text: string) =>
  text.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\d[\d.eE+-]*/g) ?? [];

describe("a JSON record", () => {
  it.each(METHODS)("keeps its shape and its numbers at every size: %j", async (method) => {
    const prompt = jsonPrompt(PRODUCT);
    expect((await compressor.compress(prompt, { ...method, rate: 1 })).text).toBe(PRODUCT);
    for (const rate of [0.2, 0.5, 0.8]) {
      const result = await compressor.compress(prompt, { ...method, rate }).catch(refused);
      if (!result) continue;
      expect(shape(result.text)).toBe(shape(PRODUCT));
      expect(numbers(result.text)).toEqual(numbers(PRODUCT));
      expect(result.spans.map(([a, b]) => result.original.slice(a, b)).join("")).toBe(result.text);
      expect(result.compressedTokens).toBeLessThanOrEqual(result.targetTokens);
      expect(result.targetTokens - result.compressedTokens).toBeLessThanOrEqual(
        Math.max(3, 0.02 * result.targetTokens),
      );
    }
  });

  it("is cut as its rules say, also where some of it is dropped", async () => {
    const rules: JsonRules = {
      description: { rate: 0.4 },
      care: { compress: false },
      warranty: { drop: true },
    };
    const { text } = await compressor.compress(jsonPrompt(PRODUCT, rules), { rate: 0.7 });
    const [before, after] = [JSON.parse(PRODUCT), JSON.parse(text)];
    expect(after.care).toBe(before.care);
    expect("warranty" in after).toBe(false);
    const share = counter.count(after.description) / counter.count(before.description);
    expect(Math.abs(share - 0.4)).toBeLessThan(0.12);
  });

  it("may be anything JSON may be", async () => {
    const options: fc.Arbitrary<JsonOptions> = fc.record(
      { pairs: fc.constantFrom("keep", "optional") },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.json({ maxDepth: 3 }),
        options,
        fc.constantFrom(...METHODS),
        async (text, own, method) => {
          const result = await compressor
            .compress(jsonPrompt(text, {}, own), { ...method, rate: 0.6 })
            .catch(refused);
          if (!result) return;
          expect(() => JSON.parse(result.text)).not.toThrow();
          if (own.pairs !== "optional") expect(shape(result.text)).toBe(shape(text));
        },
      ),
      { numRuns: 150, seed: 3 },
    );
  });

  it.each([
    ["50,000 levels", `${"[".repeat(50_000)}"a b c d e f g h"${"]".repeat(50_000)}`],
    ["1e400", '{"a": 1e400, "b": "one two three four five six seven"}'],
    ["duplicate keys", '{"a": "one two three four", "a": "five six seven eight nine ten"}'],
    ["a root string", '"one two three four five six seven eight"'],
    ["a number", "12"],
    ["null", "null"],
    ["lone surrogates", '["\\ud83d one two three \\udc4d four five six seven"]'],
  ])("may be strange: %s", { timeout: 20_000 }, async (_name, text) => {
    const prompt = jsonPrompt(text);
    expect((await compressor.compress(prompt, { rate: 1 })).text).toBe(text);
    const result = await compressor.compress(prompt, { rate: 0.7 }).catch(refused);
    if (result && text.length < 1000) expect(() => JSON.parse(result.text)).not.toThrow();
  });

  it.each<[unknown, unknown?, unknown?]>([["{"], [""], ["{'a': 1}"], ["[1,]"], ["{}", { a: 5 }]])(
    "must be JSON: %j %j %j",
    (text, rules, options) => {
      let error: unknown;
      try {
        jsonPrompt(text as string, rules as JsonRules, options as JsonOptions);
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(LlmlinguaError);
    },
  );

  it.each<[unknown, unknown?, unknown?]>([
    [null],
    [5],
    [{}],
    ["{}", null],
    ['{"a": "b"}', {}, null],
    ['{"a": "b"}', {}, { pairs: "some" }],
    ['{"a": "b"}', {}, { rate: 7 }],
  ])("must be JSON, with rules and options, or say so: %j %j %j", (text, rules, options) => {
    let error: unknown;
    try {
      jsonPrompt(text as string, rules as JsonRules, options as JsonOptions);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(LlmlinguaError);
  });
});

describe("tagged text", () => {
  const [one, two, three] = RAG.contexts;
  const tagged = `<llmlingua rate=0.3>${one}</llmlingua>\nBetween them stands this sentence, and it is long enough to be cut somewhere.\n<llmlingua rate=0.7>${two}</llmlingua>\n\n<llmlingua compress=false>Keep  this, as it is: x<y \\n.</llmlingua>\n\n${three} \\<llmlingua> is text.`;

  it.each(METHODS)("keeps every rate and what is verbatim: %j", async (method) => {
    const prompt = taggedPrompt(tagged, { question: RAG.question });
    for (const rate of [0.3, 0.5, 0.8]) {
      const result = await compressor.compress(prompt, { ...method, rate });
      expect(result.text).toContain("Keep  this, as it is: x<y \\n.");
      expect(result.text).not.toContain("</llmlingua>");
      expect(result.spans.map(([a, b]) => result.original.slice(a, b)).join("")).toBe(result.text);
      expect(result.compressedTokens).toBeLessThanOrEqual(result.targetTokens);
      expect(result.targetTokens - result.compressedTokens).toBeLessThanOrEqual(
        Math.max(2, 0.02 * result.targetTokens),
      );
      for (const { index, text, originalTokens, compressedTokens } of result.parts) {
        const own = [0.3, undefined, 0.7][index];
        if (own === undefined) continue;
        expect(text.trim()).not.toBe("");
        if (result.parts[index]?.kind !== "context") continue;
        const off = Math.abs(compressedTokens - own * originalTokens);
        if (index < 3 && text !== RAG.question)
          expect(off).toBeLessThanOrEqual(Math.max(3, 0.12 * originalTokens));
      }
    }
  });

  it("keeps every rate for longllmlingua too", async () => {
    const prompt = taggedPrompt(tagged, { question: RAG.question });
    const own = { method: "longllmlingua", rank: "bm25", order: "original", rate: 0.5 } as const;
    const { parts } = await compressor.compress(prompt, own);
    const { originalTokens, compressedTokens } = parts[0];
    expect(Math.abs(compressedTokens / originalTokens - 0.3)).toBeLessThan(0.1);
  });

  it("without rates is itself without its tags at rate 1", async () => {
    const text = `<llmlingua>${one}</llmlingua>\n<llmlingua compress=false>a</llmlingua> \\<llmlingua>`;
    for (const method of METHODS) {
      const result = await compressor.compress(taggedPrompt(text), { ...method, rate: 1 });
      expect(result.text).toBe(`${one}\na <llmlingua>`);
    }
  });
});

it.each([{}, { passages: false }])(
  "a conversation of 100,000 tokens does not hold up the event loop: %j",
  async (options) => {
    const many = Array.from({ length: 260 }, () => CHATS.OpenAI.slice(1, -1)).flat();
    const messages = many.concat({ role: "user", content: "And now?" });
    let longest = 0;
    let last = process.cpuUsage();
    const lap = () => {
      const { user, system } = process.cpuUsage(last);
      longest = Math.max(longest, (user + system) / 1000);
      last = process.cpuUsage();
    };
    const timer = setInterval(lap, 20);
    const result = await compressor.compressMessages(messages.slice(-900), {
      ...options,
      rate: 0.7,
    });
    clearInterval(timer);
    lap();
    expect(result.originalTokens).toBeGreaterThan(80_000);
    expect(longest).toBeLessThan(250);
  },
  60_000,
);

it("a conversation's question is the user's last text", async () => {
  const messages: ChatMessage[] = [
    { role: "user", content: RAG.contexts.join("\n\n") },
    { role: "assistant", content: "I have read the documents and wait for what you want to know." },
    { role: "user", content: RAG.question },
  ];
  const result = await compressor.compressMessages(messages, {
    method: "longllmlingua",
    rate: 0.5,
  });
  expect(result.messages.at(-1)).toBe(messages[2]);
  expect(result.compressedTokens).toBeLessThan(result.originalTokens);
  const asked = { method: "longllmlingua", rate: 0.5, keepLastUser: false } as const;
  await expect(compressor.compressMessages(messages, asked)).rejects.toThrow(/user's last text/);
  const moved = { method: "longllmlingua", rank: "bm25", order: "relevance", rate: 0.5 } as const;
  await expect(compressor.compressMessages(messages, moved)).rejects.toThrow(/stay where they are/);
});

it("a number of tokens is what comes out, also of tagged text", async () => {
  const tagged = `<llmlingua compress=false>${RAG.contexts[0]}</llmlingua>\n\n${RAG.contexts.slice(1).join("\n\n")}`;
  const result = await compressor.compress(taggedPrompt(tagged), { targetToken: 250 });
  expect(result.compressedTokens).toBeLessThanOrEqual(250);
  expect(result.compressedTokens).toBeGreaterThan(244);
});

it("places that are protected are places of what was given, tags and all", async () => {
  const wanted = RAG.contexts[1].slice(20, 60);
  const tagged = `${RAG.contexts[0]}\n\n<llmlingua rate=0.5>${RAG.contexts[1]}</llmlingua>`;
  const start = tagged.indexOf(wanted);
  const protect = [{ start, end: start + wanted.length }];
  const result = await compressor.compress(taggedPrompt(tagged), { rate: 0.3, protect });
  expect(result.text).toContain(wanted);
});
