import { describe, expect, it } from "vitest";
import { sampledOf } from "./sampled.js";

type Token = { token: string; logprob: number | null; bytes?: number[] | null };

function reply(content: string | null, tokens?: readonly Token[] | null, finish_reason = "stop") {
  const logprobs = tokens === undefined ? undefined : tokens && { content: tokens };
  return { choices: [{ message: { content }, logprobs, finish_reason }] };
}

const token = (text: string, logprob: number | null): Token => ({ token: text, logprob });

describe("a sampled answer", () => {
  it("has the sum of its tokens' log-probabilities", () => {
    const found = sampledOf(reply("Hi there", [token("Hi", -1), token(" there", -0.5)]));
    expect(found).toEqual({ text: "Hi there", nats: -1.5, tokens: 2, finished: true });
  });

  it.each(["<|im_end|>", "</s>", "<end_of_turn>", "[EOS]", "<｜end▁of▁sentence｜>", ""])(
    "tells the end that some servers list from its text: %j",
    (end) => {
      const found = sampledOf(reply("Hi", [token("Hi", -1), token(end, -3)]));
      expect(found).toEqual({ text: "Hi", nats: -1, end: -3, tokens: 1, finished: true });
    },
  );

  it.each([
    ["one cut at its most tokens", reply("Hi", [token("Hi", -1), token("</s>", -3)], "length")],
    ["one whose end has no log-probability", reply("Hi", [token("Hi", -1), token("</s>", null)])],
    ["one that says a tag last", reply("a <br>", [token("a ", -1), token("<br>", -3)])],
    ["one with something else behind it", reply("Hi", [token("Hi", -1), token("?", -3)])],
    [
      "an end behind something else",
      reply("Hi", [token("Hi", -1), token("?", -1), token("</s>", -1)]),
    ],
  ])("has no end: %s", (_, json) => {
    expect(sampledOf(json)).not.toHaveProperty("end");
    expect(sampledOf(json)).toHaveProperty("text");
  });

  it("has the white space that was drawn before its end", () => {
    const tokens = [token("Hi", -1), token("\n", -1), token("</s>", -3)];
    expect(sampledOf(reply("Hi", tokens))).toMatchObject({ text: "Hi\n", nats: -2, end: -3 });
  });

  it("says what was billed, where the server does", () => {
    const billed = (usage: unknown) => sampledOf({ ...reply(""), usage });
    expect(billed({ prompt_tokens: 9, completion_tokens: 1 })).toEqual({
      why: "empty",
      usage: { promptTokens: 9, completionTokens: 1, cachedTokens: 0 },
    });
    expect(billed({ prompt_tokens: "many" })).toEqual({ why: "empty" });
    expect(billed(null)).toEqual({ why: "empty" });
  });

  it("spells characters that lie over several tokens by their bytes", () => {
    const [first, second] = [Buffer.from("é").subarray(0, 1), Buffer.from("é").subarray(1)];
    const tokens = [
      { token: "�", logprob: -1, bytes: [...first] },
      { token: "�", logprob: -2, bytes: [...second] },
    ];
    expect(sampledOf(reply("é", tokens))).toMatchObject({ text: "é", nats: -3 });
  });

  it("is the tokens' text where the server has trimmed the answer", () => {
    const found = sampledOf(reply("Hi", [token(" Hi", -1), token("\n", -1)]));
    expect(found).toMatchObject({ text: " Hi\n", nats: -2 });
  });

  it("says when it was cut at its most tokens", () => {
    expect(sampledOf(reply("Hi", [token("Hi", -1)], "length"))).toMatchObject({ finished: false });
  });

  it.each([
    [reply("Hi"), "no-logprobs"],
    [reply("Hi", null), "no-logprobs"],
    [reply("Hi", []), "no-logprobs"],
    [reply("Hi", [token("Hi", null)]), "no-logprobs"],
    [reply("Hi", [token("Hi", 0.7)]), "no-logprobs"],
    [reply(""), "empty"],
    [reply(null), "empty"],
    [reply("Hi", [token("Ho", -1)]), "other-text"],
    [reply("Hi", [token("H", -1)]), "other-text"],
  ])("of no use says why: %j", (json, why) => {
    expect(sampledOf(json)).toEqual({ why });
  });

  it("is not made of something else", () => {
    for (const json of [undefined, "no", { choices: [] }, { choices: [{ text: "Hi" }] }]) {
      expect(sampledOf(json)).toBeUndefined();
    }
  });
});
