import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Prompt, Span } from "../types.js";
import { messagesPrompt } from "./prompt.js";
import type { ChatMessage } from "./types.js";

const call = (id: string) => ({
  id,
  type: "function",
  function: { name: "find", arguments: '{"q": "x"}' },
});
const user = (content: unknown): ChatMessage => ({ role: "user", content }) as ChatMessage;
const result = (id: string, content: unknown): ChatMessage =>
  ({ role: "tool", tool_call_id: id, content }) as ChatMessage;
const calls = (content: string | null, ...ids: string[]): ChatMessage =>
  ({ role: "assistant", content, tool_calls: ids.map(call) }) as ChatMessage;
const RECORD = '{"name": "Mia", "seats": [4, 7]}';

const openai: ChatMessage[] = [
  user("First of all."),
  calls("I look.", "1", "2"),
  result("1", RECORD),
  result("2", "Plain words here."),
  calls(null, "3"),
  result("3", RECORD),
  user("And now?"),
];
const use = (id: string) => ({ type: "tool_use", id, name: "find", input: { q: "x" } });
const answer = (id: string, content: unknown) => ({
  type: "tool_result",
  tool_use_id: id,
  content,
});
const said = (text: string) => ({ type: "text", text });
const anthropic: ChatMessage[] = [
  user("First of all."),
  { role: "assistant", content: [said("I look."), use("1"), use("2")] },
  user([answer("1", RECORD), answer("2", [said("Plain words here.")]), said("Well?")]),
  { role: "assistant", content: [use("3")] },
  user([answer("3", RECORD)]),
  user("And now?"),
];

/** Verbatim text, and the parts that `choose` takes; as much of the messages as that leaves. */
function left(messages: readonly ChatMessage[], choose: (text: string) => boolean) {
  const { prompt, rebuild } = messagesPrompt(messages, { keepCalls: false });
  return rebuild(keptOf(prompt, choose));
}

function keptOf(prompt: Prompt, choose: (text: string) => boolean): readonly Span[] {
  const { text, parts, verbatim = [], finish } = prompt;
  const chosen = parts.filter((p) => p.rate === 1 || choose(text.slice(p.start, p.end)));
  const mask = new Uint8Array(text.length);
  for (const { start, end } of [...verbatim, ...chosen]) mask.fill(1, start, end);
  const kept: Span[] = [];
  for (const [at, flag] of mask.entries()) if (flag) kept.push({ start: at, end: at + 1 });
  return finish?.(kept) ?? kept;
}

const none = () => false;
const ids = (messages: readonly ChatMessage[], name: string) =>
  [...JSON.stringify(messages).matchAll(new RegExp(`"${name}":"(\\w+)"`, "g"))].map(([, id]) => id);

describe("calls and results that may go", () => {
  it("go together where nothing of the results stays, with messages that held no more", () => {
    expect(left(openai, none)).toEqual([user("First"), openai[6]]);
    expect(left(anthropic, none)).toEqual([user("First"), anthropic[5]]);
  });

  it("stay together where something of the results does, other calls of the message go", () => {
    const plain = (text: string) => text.includes("Plain") || text === "I look.";
    expect(left(openai, plain)).toEqual([
      user("First"),
      calls("I look.", "2"),
      openai[3],
      openai[6],
    ]);
    expect(left(anthropic, plain)).toEqual([
      user("First"),
      { role: "assistant", content: [said("I look."), use("2")] },
      user([answer("2", [said("Plain words here.")])]),
      anthropic[5],
    ]);
    expect(left(openai, (text) => text.startsWith('"name"'))).toEqual([
      user("First"),
      calls("", "1"),
      result("1", '{"name": "Mia", "seats": []}'),
      openai[4],
      result("3", '{"name": "Mia", "seats": []}'),
      openai[6],
    ]);
  });

  it("leave the conversation as it was when everything stays", () => {
    for (const messages of [openai, anthropic]) {
      const { prompt, rebuild } = messagesPrompt(messages, { keepCalls: false });
      const all = [{ start: 0, end: prompt.text.length }];
      const again = rebuild(prompt.finish?.(all) ?? all);
      for (const [i, message] of again.entries()) expect(message).toBe(messages[i]);
      expect(again).toHaveLength(messages.length);
    }
  });

  it.each<[string, ChatMessage[]]>([
    ["a call that still runs", [user("a"), calls("b", "1")]],
    ["an image", [calls("b", "1"), result("1", [said("c"), { type: "image_url" }])]],
    [
      "an image of Anthropic's",
      [
        { role: "assistant", content: [use("1")] },
        user([answer("1", [said("c"), { type: "image" }])]),
      ],
    ],
    ["an empty result", [calls("b", "1"), result("1", "")]],
    [
      "reasoning",
      [
        {
          role: "assistant",
          content: [{ type: "thinking", thinking: "Hm." }, use("1")],
        } as ChatMessage,
        user([answer("1", "c d")]),
      ],
    ],
    [
      "a function's result",
      [
        {
          role: "assistant",
          content: null,
          function_call: { name: "f", arguments: "{}" },
        } as ChatMessage,
        { role: "function", name: "f", content: "c d" } as ChatMessage,
      ],
    ],
  ])("are not those with %s", (_name, some) => {
    const out = left([...some, user("And now?")], none);
    expect(JSON.stringify(out)).toMatch(/"(?:1|f)"/);
    expect(ids(out, "tool_call_id")).toEqual(ids(some, "tool_call_id"));
    expect(ids(out, "tool_use_id")).toEqual(ids(some, "tool_use_id"));
  });

  it("take the result that follows where an id comes again", () => {
    const twice = [
      calls(null, "1"),
      result("1", "Old news."),
      calls(null, "1"),
      result("1", "New."),
    ];
    const out = left([user("a"), ...twice, user("b")], (text) => text === "New.");
    expect(out).toEqual([user("a"), twice[2], twice[3], user("b")]);
  });

  it("are paired and whole whatever is kept", () => {
    const choices = fc.infiniteStream(fc.boolean());
    fc.assert(
      fc.property(fc.constantFrom(openai, anthropic), choices, (messages, stream) => {
        const out = left(messages, () => stream.next().value === true);
        const asked = ids(out, "id");
        expect([...ids(out, "tool_call_id"), ...ids(out, "tool_use_id")]).toEqual(asked);
        for (const { role, content } of out) {
          expect(content).not.toEqual([]);
          if (role === "tool" && String(content).startsWith("{")) JSON.parse(String(content));
        }
      }),
    );
  });

  it("must be asked for by a flag", () => {
    expect(() => messagesPrompt(openai, { keepCalls: 1 as unknown as boolean })).toThrow(
      "The option keepCalls is 1; give true or false.",
    );
  });
});
