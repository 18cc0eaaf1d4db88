import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { oneDecimal } from "../tokens/reference-report.js";
import { compressPrompt } from "./compress-prompt.js";
import { hashModel } from "./replay.js";
import type { ReferenceCall, ReferenceModel } from "./types.js";

const model = hashModel((text) => createHash("md5").update(text).digest());
const compress = (call: ReferenceCall, using: ReferenceModel = model) =>
  compressPrompt(using, call);
const contexts = [1, 2, 3, 4].map((n) =>
  `Paragraph ${n} says a few things. It says them twice. `.repeat(4),
);
const question = "How often?";

describe("compressPrompt on degenerate input", () => {
  it.each([undefined, "", [], " "])("gives nothing back for context %j", async (context) => {
    expect(await compress({ context })).toMatchObject({
      compressedPrompt: "",
      originTokens: 0,
      compressedTokens: 0,
      ratio: "1.0x",
      rate: "100.0%",
    });
  });

  it("keeps an empty or one-token context among others", async () => {
    const { compressedPrompt } = await compress({ context: ["", "x"], rate: 1 });
    expect(compressedPrompt.trim()).toBe("x");
  });

  it("keeps everything when the target is larger than the prompt", async () => {
    const { compressedPrompt } = await compress({ context: contexts, targetToken: 1e6, question });
    expect(compressedPrompt).toBe([...contexts, question].join("\n\n"));
  });

  it("keeps what no window reaches at rate 0", async () => {
    const { compressedPrompt } = await compress({ context: contexts[0], rate: 0 });
    expect(contexts[0].endsWith(compressedPrompt)).toBe(true);
    expect(compressedPrompt.length).toBe(contexts[0].length - 199);
  });

  it("survives a question without a context", async () => {
    const call = { question, rankMethod: "longllmlingua", conditionCompare: true } as const;
    expect((await compress(call)).compressedPrompt).toBe(question);
  });
});

describe("compressPrompt's errors", () => {
  it.each<[string, ReferenceCall]>([
    ["rate", { rate: 1.1 }],
    ["rate", { rate: Number.NaN }],
    ["targetToken", { targetToken: -1 }],
    ["iterativeSize", { iterativeSize: 0 }],
    ["iterativeSize", { iterativeSize: 2.5 }],
    ["keepFirstSentence", { keepFirstSentence: -1 }],
    ["bm25", { rankMethod: "bm25" as never }],
    ["conditionInQuestion", { conditionInQuestion: "behind" as never }],
    ["longllmlingua", { rankMethod: "longllmlingua" }],
    ["contextBudget", { contextBudget: "+x" }],
  ])("name %s", async (name, call) => {
    const run = compress({ context: contexts, ...call });
    await expect(run).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringContaining(name),
    });
  });

  it("name a context that is no string", async () => {
    const run = compress({ context: ["a", 3 as never] });
    await expect(run).rejects.toMatchObject({ code: "invalid-prompt" });
  });

  it("name the rank methods there are", async () => {
    const run = compress({ rankMethod: "cohere" as never });
    await expect(run).rejects.toThrow('supported here are "llmlingua" and "longllmlingua"');
  });
});

describe("compressPrompt's stages", () => {
  it("passes contexts through when every filter is off", async () => {
    const off = { useContextLevelFilter: false, useTokenLevelFilter: false };
    const result = await compress({ context: contexts, rate: 0.1, ...off });
    expect(result.compressedPrompt).toBe(contexts.join("\n\n"));
    expect(result.keptSpans).toEqual([{ start: 0, end: contexts.join("\n\n").length }]);
  });

  it.each(["llmlingua", "longllmlingua"] as const)(
    "drops sentences whole by %s",
    async (rankMethod) => {
      const result = await compress({
        context: contexts,
        question,
        rankMethod,
        targetToken: 200,
        useSentenceLevelFilter: true,
        useTokenLevelFilter: false,
        keepFirstSentence: 1,
        keepSentenceNumber: 1,
        concateQuestion: false,
      });
      expect(result.compressedPrompt.length).toBeGreaterThan(200);
      expect(result.compressedPrompt.length).toBeLessThan(200 * 1.4 + 60);
      for (const { index, text, ranges } of result.contexts) {
        const slices = ranges.map(({ start, end }) => contexts[index].slice(start, end));
        expect(slices.join("")).toBe(text);
      }
    },
  );

  it("leaves the prefix out of the body and cuts one that is too long", async () => {
    const long = "What is said and how often? ".repeat(40);
    const call = {
      context: contexts[0].slice(0, 90),
      question: long,
      conditionInQuestion: "none_condition",
    } as const;
    const small = { ...model, maxPositions: 400 };
    const result = await compress({ ...call, iterativeSize: 50, concateQuestion: false }, small);
    expect(result.compressedPrompt).not.toContain("What");
    expect(result.contexts).toHaveLength(1);
  });

  it("reads the start tokens of a model that has some", async () => {
    const seen: number[][] = [];
    const started: ReferenceModel = {
      ...model,
      startTokens: [1],
      losses: (request) => {
        if (request.fresh[0] === 1) seen.push([...request.fresh]);
        return model.losses(request);
      },
    };
    await compress({ context: contexts }, started);
    expect(seen.map((ids) => ids.length)).toEqual(contexts.map((text) => text.length + 1));
  });
});

describe("compressPrompt's company", () => {
  it("reports progress that never falls and ends at its total", async () => {
    const seen: { done: number; total: number }[] = [];
    const onProgress = (progress: { done: number; total: number }) => seen.push(progress);
    await compress({ context: contexts, question, conditionCompare: true, onProgress });
    expect(seen.length).toBeGreaterThan(5);
    seen.forEach(({ done, total }, i) => {
      expect(done).toBeLessThanOrEqual(total);
      expect(done).toBeGreaterThanOrEqual(seen[i - 1]?.done ?? 0);
    });
    expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
  });

  it("stops in the middle of ranking", async () => {
    const controller = new AbortController();
    let calls = 0;
    const onProgress = () => {
      calls += 1;
      if (calls === 2) controller.abort();
    };
    const run = compress({ context: contexts, signal: controller.signal, onProgress });
    await expect(run).rejects.toMatchObject({ code: "aborted" });
    expect(calls).toBe(2);
  });
});

describe("oneDecimal", () => {
  it.each([
    [1.25, "1.2"],
    [1.75, "1.8"],
    [0.25, "0.2"],
    [-0.25, "-0.2"],
    [-0.001, "-0.0"],
    [2.05, "2.0"],
    [56.25, "56.2"],
    [99.95, "100.0"],
    [3, "3.0"],
  ])("writes %s as Python does: %s", (value, text) => {
    expect(oneDecimal(value)).toBe(text);
  });
});
