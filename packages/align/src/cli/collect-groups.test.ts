import { describe, expect, it } from "vitest";
import { pairId } from "../pairs/index.js";
import { echo, file, lines, outcome, PROMPTS, target, write } from "./collect-suite.js";

describe("llmlingua align collect", () => {
  it("keeps the groups of prompts, and puts turns of a logged conversation together", async () => {
    await write("prompts.jsonl", { ...PROMPTS[0], group: "g" }, PROMPTS[1]);
    const messages = ["1", "one", "2", "two"].map((content, at) => ({
      role: at % 2 === 0 ? "user" : "assistant",
      content,
    }));
    await write("log.jsonl", { messages });
    const { words } = await target(echo());
    const { code } = await outcome([...words, "--logs", file("log.jsonl"), "--all-turns"]);
    expect(code).toBe(0);
    const pairs = await lines("pairs.jsonl");
    const of = (answer: string) => pairs.find((pair) => pair.answer === answer);
    expect(of("two").group).toBe(of("one").id);
    expect([of("one").group, of("QUESTION 1?").group]).toEqual([undefined, undefined]);
    expect(of("QUESTION 0?").group).toBe("g");
    await write("prompts.jsonl", { ...PROMPTS[0], group: 3 });
    expect((await outcome(words)).err).toMatch(/line 1: field group: it must be a text/);
  });

  it("groups prompts of one conversation as logs are grouped, also behind a system message", async () => {
    const messages = ["1", "one", "2"].map((content, at) => ({
      role: at % 2 === 0 ? "user" : "assistant",
      content,
    }));
    await write("prompts.jsonl", { messages }, { prompt: "1" }, { prompt: "3" });
    const { words } = await target(echo());
    await outcome([...words, "--system", "S"]);
    const pairs = await lines("pairs.jsonl");
    const groupOf = (answer: string) => pairs.find((pair) => pair.answer === answer).group;
    const first = pairId([{ role: "user", content: "1" }]);
    const other = pairId([{ role: "user", content: "3" }]);
    expect(["2", "1", "3"].map(groupOf)).toEqual([first, first, other]);
  });
});
