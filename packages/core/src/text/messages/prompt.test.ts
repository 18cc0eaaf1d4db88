import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Prompt, Span } from "../types.js";
import { messagesPrompt } from "./prompt.js";
import type { ChatMessage, MessagesOptions } from "./types.js";

const RECORD = '{"name": "Mia", "seats": [1, 2], "caf\\u00e9": "a\\nb", "open": {}}';
const call = (id: string) => ({
  id,
  type: "function",
  function: { name: "find", arguments: '{"q": "x y"}' },
});

const openai = [
  { role: "system", content: "Be brief.", cache: true },
  { role: "user", content: "First question.\n\nWith two blocks.", name: "mia" },
  { role: "assistant", content: null, tool_calls: [call("1"), call("2")], extra: { a: 1 } },
  { role: "tool", tool_call_id: "1", content: RECORD },
  { role: "tool", tool_call_id: "2", content: "No such flight today." },
  { role: "assistant", content: "Some words.", tool_calls: [call("1")] },
  { role: "tool", tool_call_id: "1", content: [{ type: "text", text: "Plain words here." }] },
  { role: "assistant", content: "An answer to it." },
  {
    role: "user",
    content: [
      { type: "text", text: "See this." },
      { type: "image_url", image_url: { url: "data:" } },
    ],
  },
  { role: "assistant", content: "I see." },
  { role: "user", content: "Last question." },
];

const anthropic = [
  { role: "user", content: [{ type: "text", text: "Hello there.", cache_control: { type: "e" } }] },
  {
    role: "assistant",
    content: [
      { type: "thinking", thinking: "Hm, let me see.", signature: "s" },
      { type: "text", text: "I look it up." },
      { type: "tool_use", id: "t1", name: "find", input: { q: "x" } },
      { type: "tool_use", id: "t2", name: "find", input: {} },
    ],
  },
  {
    role: "user",
    content: [
      { type: "tool_result", tool_use_id: "t1", content: RECORD },
      {
        type: "tool_result",
        tool_use_id: "t2",
        is_error: true,
        content: [
          { type: "text", text: "Not found at all." },
          { type: "image", source: {} },
        ],
      },
      { type: "text", text: "And so on?" },
    ],
  },
];

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const own of Object.values(value)) frozen(own);
    Object.freeze(value);
  }
  return value;
}

const all = (prompt: Prompt): Span[] => [{ start: 0, end: prompt.text.length }];

/** Only what must stay: verbatim spans and parts at rate 1. */
function least({ verbatim = [], parts, finish }: Prompt): readonly Span[] {
  const fixed = parts.filter(({ rate }) => rate === 1);
  const kept = [...verbatim, ...fixed].sort((a, b) => a.start - b.start);
  return finish?.(kept) ?? kept;
}

/** What must stay and of the parts what `choose` takes: whole ones, of others each unit. */
function some(prompt: Prompt, choose: () => boolean): readonly Span[] {
  const fixed = new Uint8Array(prompt.text.length);
  for (const { start, end } of least({ ...prompt, finish: undefined })) fixed.fill(1, start, end);
  for (const { start, end, whole } of prompt.parts) {
    if (whole) fixed.fill(choose() ? 1 : 0, start, end);
    else for (let i = start; i < end; i++) if (choose()) fixed[i] = 1;
  }
  const kept: Span[] = [];
  for (const [i, is] of fixed.entries()) if (is) kept.push({ start: i, end: i + 1 });
  return prompt.finish?.(kept) ?? kept;
}

const reduced = (messages: readonly ChatMessage[], options?: MessagesOptions): unknown => {
  const { prompt, rebuild } = messagesPrompt(messages, options);
  return rebuild(least(prompt));
};

const partTexts = (messages: readonly ChatMessage[], options?: MessagesOptions) => {
  const { text, parts } = messagesPrompt(messages, options).prompt;
  return parts.map(({ start, end, rate }) => [text.slice(start, end), rate]);
};

const user = (content: string) => ({ role: "user", content });

describe("messagesPrompt", () => {
  it.each([
    ["OpenAI", openai],
    ["Anthropic", anthropic],
  ])("gives %s messages back when everything is kept, the same objects", (_, messages) => {
    const { prompt, rebuild } = messagesPrompt<ChatMessage>(frozen(messages));
    const again = rebuild(all(prompt));
    expect(again).toEqual(messages);
    for (const [i, message] of again.entries()) expect(message).toBe(messages[i]);
  });

  it("reads texts, calls and results in order, counts contexts from 0 and knows the source", () => {
    const { prompt } = messagesPrompt(openai);
    expect(prompt.text).toContain('find {"q": "x y"}\n\nfind {"q": "x y"}\n\n{"name": "Mia"');
    expect(prompt.text).toContain('"a\nb"');
    expect(prompt.source?.text).toContain('"a\\nb"');
    const contexts = prompt.parts.filter(({ kind }) => kind === "context");
    expect(contexts.map(({ index }) => index)).toEqual(contexts.map((_, i) => i));
    const asked = prompt.parts.filter(({ kind }) => kind === "question");
    expect(asked).toHaveLength(1);
    const read = messagesPrompt(anthropic).prompt.text;
    expect(read).toMatch(
      /^Hello there\.\n\nHm, let me see\.\n\nI look it up\.\n\nfind \{"q":"x"\}\n\n/,
    );
  });

  it("keeps the system's texts and the user's last, makes contexts of the blocks of others", () => {
    expect(partTexts([{ role: "system", content: "S" }, user("a\n\nb"), user(" c")])).toEqual([
      ["S", 1],
      ["a", undefined],
      ["b", undefined],
      [" c", 1],
    ]);
    const options = { keepLastUser: false, roleRates: { system: 0.5, user: 0.3 } };
    expect(partTexts([{ role: "system", content: "S" }, user("a\n\nb")], options)).toEqual([
      ["S", 0.5],
      ["a\n\nb", 0.3],
    ]);
  });

  it("keeps the last messages when asked to, tool results too", () => {
    expect(reduced(openai.slice(0, 4), { keepLast: 1 })).toMatchObject([
      {},
      {},
      {},
      { content: RECORD },
    ]);
    expect(
      reduced([user("a"), user("b"), { role: "assistant", content: "c" }], { keepLast: 2 }),
    ).toEqual([user("a"), user("b"), { role: "assistant", content: "c" }]);
  });

  it("removes emptied messages, but no call, no result, no image and not the first", () => {
    expect(reduced(openai)).toEqual([
      openai[0],
      { ...openai[1], content: "First" },
      openai[2],
      { ...openai[3], content: '{"seats": [], "open": {}}' },
      { ...openai[4], content: "No" },
      { ...openai[5], content: "" },
      { ...openai[6], content: [{ type: "text", text: "Plain" }] },
      { role: "user", content: [{ type: "image_url", image_url: { url: "data:" } }] },
      openai[10],
    ]);
  });

  it("removes emptied text blocks of Anthropic messages and keeps what is paired", () => {
    const [hello, asked, answered] = anthropic;
    expect(reduced(anthropic)).toEqual([
      { ...hello, content: [{ ...hello.content[0], text: "Hello" }] },
      { ...asked, content: asked.content.filter(({ type }) => type !== "text") },
      {
        ...answered,
        content: [
          { ...answered.content[0], content: '{"seats": [], "open": {}}' },
          {
            ...answered.content[1],
            content: [
              { type: "text", text: "Not" },
              { type: "image", source: {} },
            ],
          },
          answered.content[2],
        ],
      },
    ]);
  });

  it("gives a tool's rate to its plain results and long strings; 1 keeps results verbatim", () => {
    const long = "a text of more than twelve words that is read as a text is";
    const result = (content: string) => [
      { role: "assistant", tool_calls: [call("1")] },
      { role: "tool", tool_call_id: "1", content },
    ];
    const json = JSON.stringify({ a: 1, b: long });
    expect(partTexts(result(json), { roleRates: { tool: 0.4 } })).toEqual([
      ['"a":1', undefined],
      [long, 0.4],
    ]);
    expect(partTexts(result("a b"), { roleRates: { tool: 0.4 } })).toEqual([["a b", 0.4]]);
    expect(partTexts(result(json), { roleRates: { tool: 1 } })).toEqual([[json, 1]]);
  });

  it("takes empty texts, no messages, old function calls and a call that still runs", () => {
    for (const messages of [
      [],
      [user("")],
      [user("  "), { role: "assistant", content: "" }],
      [user("a"), { role: "assistant", content: null, tool_calls: [call("1")] }],
      [
        { role: "assistant", content: null, function_call: { name: "f", arguments: "" } },
        { role: "function", name: "f", content: "x" },
      ],
    ]) {
      const { prompt, rebuild } = messagesPrompt<ChatMessage>(messages);
      expect(rebuild(all(prompt))).toEqual(messages);
    }
  });

  it("keeps JSON results JSON, calls paired and other fields as they are, whatever is kept", () => {
    const choices = fc.infiniteStream(fc.boolean());
    fc.assert(
      fc.property(fc.constantFrom(openai, anthropic), choices, (messages, stream) => {
        const { prompt, rebuild } = messagesPrompt<ChatMessage>(messages);
        const out = rebuild(some(prompt, () => stream.next().value === true));
        const ids = /"(?:id|tool_call_id|tool_use_id)":"\w+"/g;
        expect(JSON.stringify(out).match(ids)).toEqual(JSON.stringify(messages).match(ids));
        for (const { role, content } of out) {
          if (role === "tool" && typeof content === "string" && content.startsWith("{")) {
            expect(() => JSON.parse(content)).not.toThrow();
          }
          expect(content).not.toEqual([]);
        }
      }),
    );
  });

  it.each([
    ["hi", /Cannot read messages: expected an array, found "hi"/],
    [[7], /messages\[0\]: expected an object with role and content, found a number/],
    [[{ role: "bot", content: "" }], /messages\[0\]\.role: expected system, .*, found "bot"/],
    [[user("a"), { role: "user" }], /messages\[1\]\.content: expected a string.*undefined/],
    [[{ role: "user", content: null }], /messages\[0\]\.content: .*found null/],
    [[{ role: "user", content: {} }], /messages\[0\]\.content: .*found an object/],
    [
      [{ role: "user", content: ["a"] }],
      /messages\[0\]\.content\[0\]: expected an object with a type/,
    ],
    [[{ role: "user", content: [{ type: "text" }] }], /content\[0\]\.text: expected a string/],
    [
      [{ role: "tool", tool_call_id: "9", content: "" }],
      /tool_call_id: expected the id of a call before it, found "9"/,
    ],
    [[{ role: "tool", content: "" }], /tool_call_id: expected a string, found undefined/],
    [
      [{ role: "function", name: "f", content: "" }],
      /messages\[0\]\.name: expected the id of a call/,
    ],
    [
      [{ role: "user", content: [{ type: "tool_result", tool_use_id: "x" }] }],
      /content\[0\]\.tool_use_id/,
    ],
    [[{ role: "assistant", tool_calls: {} }], /tool_calls: expected an array, found an object/],
    [
      [{ role: "assistant", tool_calls: [call("1"), call("1")] }],
      /tool_calls\[1\]\.id: expected an id that no call without a result has/,
    ],
    [
      [{ role: "assistant", tool_calls: [{ id: "1", function: { name: "f" } }] }],
      /function\.arguments: expected a string/,
    ],
    [
      [{ role: "assistant", content: [{ type: "tool_use", name: "f" }] }],
      /content\[0\]\.id: expected a string/,
    ],
  ])("refuses %j and says where", (messages, message) => {
    expect(() => messagesPrompt(messages as unknown as ChatMessage[])).toThrow(
      expect.objectContaining({ code: "invalid-prompt", message: expect.stringMatching(message) }),
    );
  });

  it.each([
    [{ roleRates: { bot: 0.5 } }, /roleRates has bot/],
    [{ roleRates: { user: 0 } }, /roleRates\.user is 0/],
    [{ keepLast: -1 }, /keepLast is -1/],
  ])("refuses the options %j", (options, message) => {
    expect(() => messagesPrompt([], options as MessagesOptions)).toThrow(
      expect.objectContaining({ code: "invalid-option", message: expect.stringMatching(message) }),
    );
  });
});
