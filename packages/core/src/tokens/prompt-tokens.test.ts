import { describe, expect, it } from "vitest";
import { promptOf } from "../text/prompt.js";
import { tokenizePrompt } from "./prompt-tokens.js";
import { createWordTokenizer } from "./word-tokenizer.js";

const tokenizer = createWordTokenizer();

describe("tokenizePrompt", () => {
  it("puts every part on tokens of its own, separators between them", async () => {
    const prompt = promptOf({ instruction: "Do it.", contexts: ["a b", ""], question: "Why?" });
    const { ids, offsets, parts } = await tokenizePrompt(prompt, tokenizer);
    expect(offsets[0]).toBe(0);
    expect(offsets[ids.length]).toBe(prompt.text.length);
    for (const { part, from, to } of parts) {
      expect([offsets[from], offsets[to]]).toEqual([part.start, part.end]);
    }
    expect(parts.map(({ from, to }) => to - from)).toEqual([3, 2, 0, 2]);
  });

  it("gives a part the same ids as if it stood alone", async () => {
    const { ids, parts } = await tokenizePrompt(promptOf("x y\n\nx y"), tokenizer);
    const alone = tokenizer.encode("x y").ids;
    for (const { from, to } of parts) expect(ids.slice(from, to)).toEqual(alone);
  });

  it("counts white space around the parts as tokens outside of them", async () => {
    const prompt = promptOf("\n\na\n");
    const { ids, parts } = await tokenizePrompt(prompt, tokenizer);
    expect(parts).toHaveLength(1);
    expect(parts[0].from).toBeGreaterThan(0);
    expect(parts[0].to).toBeLessThan(ids.length);
  });

  it("stops when aborted", async () => {
    const signal = AbortSignal.abort();
    await expect(tokenizePrompt(promptOf("a"), tokenizer, signal)).rejects.toMatchObject({
      code: "aborted",
    });
  });
});
