import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Prompt, PromptPart } from "../text/types.js";
import { compressLikeReference } from "./microsoft.js";
import { hashModel } from "./replay.js";
import { referenceModel } from "./scorer-model.js";

const model = hashModel((text) => createHash("md5").update(text).digest());
const contexts = [1, 2, 3, 4, 5].map((n) =>
  `Paragraph ${n} says a few things twice. `.repeat(n * 2).trim(),
);

function promptOf(
  blocks: readonly (readonly [PromptPart["kind"], string])[],
  separator = "\n\n",
): Prompt {
  const counts = { instruction: 0, context: 0, question: 0 };
  const parts: PromptPart[] = [];
  let text = "";
  for (const [kind, block] of blocks) {
    if (parts.length > 0) text += separator;
    parts.push({
      kind,
      index: counts[kind]++,
      start: text.length,
      end: text.length + block.length,
    });
    text += block;
  }
  return { text, parts };
}

const blocks = [
  ["instruction", "Answer."],
  ...contexts.map((text) => ["context", text] as const),
  ["question", "How often?"],
] as const;
const slices = (prompt: Prompt, spans: readonly (readonly [number, number])[]) =>
  spans.map(([start, end]) => prompt.text.slice(start, end)).join("");

describe("compressLikeReference", () => {
  it.each([0.2, 0.5, 0.9, 1])("gives text that is the slices it names at rate %s", async (rate) => {
    const prompt = promptOf(blocks);
    const { text, keptSpans } = await compressLikeReference(
      prompt,
      { rate, iterativeSize: 30 },
      model,
    );
    expect(slices(prompt, keptSpans)).toBe(text);
    keptSpans.forEach(([start, end], i) => {
      expect(end).toBeGreaterThan(start);
      expect(start).toBeGreaterThan(keptSpans[i - 1]?.[1] ?? -1);
    });
  });

  it("maps through a question prefix, sentences and other order, too", async () => {
    const prompt = promptOf(blocks);
    const options = {
      targetToken: 200,
      rankMethod: "longllmlingua",
      conditionCompare: true,
      useSentenceLevelFilter: true,
      reorderContext: "sort",
      iterativeSize: 40,
    } as const;
    const { text, keptSpans } = await compressLikeReference(prompt, options, model);
    const letters = (of: string) => [...of.replace(/\s/g, "")].sort().join("");
    expect(letters(slices(prompt, keptSpans))).toBe(letters(text));
  });

  it("names the contexts it dropped whole", async () => {
    const prompt = promptOf(blocks);
    const result = await compressLikeReference(
      prompt,
      { targetToken: 50, contextBudget: "+0" },
      model,
    );
    const kept = result.reference.contexts.map(({ index }) => index);
    expect(result.droppedContexts.length).toBeGreaterThan(0);
    expect([...result.droppedContexts, ...kept].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it("keeps a separator of another kind whole", async () => {
    const prompt = promptOf(blocks, "\n---\n");
    const { keptSpans } = await compressLikeReference(prompt, { rate: 1, targetToken: 1e6 }, model);
    expect(keptSpans).toEqual([[0, prompt.text.length]]);
  });

  it("leaves out a question that is not written", async () => {
    const prompt = promptOf(blocks);
    const options = { rate: 0.5, concateQuestion: false };
    const { text, keptSpans } = await compressLikeReference(prompt, options, model);
    expect(text).not.toContain("How often?");
    expect(slices(prompt, keptSpans)).toBe(text);
  });

  it.each<[string, readonly (readonly [PromptPart["kind"], string])[]]>([
    ["nothing", []],
    ["a question", [["question", "Why?"]]],
    ["an instruction", [["instruction", "Do."]]],
    ["an empty context", [["context", ""]]],
    ["one letter", [["context", "x"]]],
  ])("gives %s back as it is", async (_, parts) => {
    const prompt = promptOf(parts);
    const { text, keptSpans } = await compressLikeReference(prompt, {}, model);
    expect(text).toBe(prompt.text);
    expect(slices(prompt, keptSpans)).toBe(text);
  });
});

describe("referenceModel", () => {
  it("compresses through a stateless scorer as through the model itself", async () => {
    const requests: number[] = [];
    const scorer = {
      name: "hash",
      tokenizer: model.tokenizer,
      maxTokens: 4096,
      async score(ids: Uint32Array, { from = 0 } = {}) {
        requests.push(from);
        const losses = await model.losses({
          cache: new Uint32Array(0),
          fresh: ids,
          stream: "full",
        });
        return Float32Array.of(Number.NaN, ...losses.map((loss) => -loss)).slice(from);
      },
      async close() {},
    };
    const prompt = promptOf(blocks);
    const options = { rate: 0.4, iterativeSize: 50, conditionCompare: true };
    const direct = await compressLikeReference(prompt, options, model);
    const through = await compressLikeReference(
      prompt,
      options,
      referenceModel(scorer, model.counter),
    );
    expect(through).toEqual(direct);
    expect(requests.some((from) => from > 1)).toBe(true);
  });
});
