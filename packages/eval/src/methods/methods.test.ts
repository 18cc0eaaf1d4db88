import fc from "fast-check";
import { createCompressor, createHashScorer, loadTokenCounter } from "llmlingua";
import { describe, expect, it } from "vitest";
import type { Group } from "../tasks/types.js";
import { bodyOf, METHODS, optionsMethods, type Work } from "./index.js";

const scorer = createHashScorer();
const compressor = createCompressor({ scorer });
const counter = await loadTokenCounter("cl100k_base");
const count = (text: string) => counter.count(text);

const EXAMPLES = ["apples", "pears", "plums", "figs"].map(
  (fruit, i) =>
    `Question: Tom has ${i + 2} ${fruit} and buys ${i + 5} more ${fruit} at the market. How many has he?\nLet's think step by step\nHe begins with ${i + 2} of them.\nHe buys ${i + 5} more, ${i + 2} + ${i + 5} = ${2 * i + 7}.\nThe answer is ${2 * i + 7}`,
);
const examples = groupOf(EXAMPLES);

function groupOf(contexts: readonly string[], more: Partial<Group> = {}): Group {
  const items = [{ id: "0", suffix: "\n\nQuestion: What?\nAnswer:", gold: "", answers: [] }];
  return { id: "g", instruction: "", contexts, joint: "\n\n", asks: false, items, ...more };
}

function workOf(group: Group, size: number, seed = 0): Work {
  const suffix = group.asks ? group.items[0].suffix : "";
  const measure = (prompt: string) => count(prompt + suffix);
  return { group, size, measure, count, counter, scorer, compressor, seed };
}

function methodOf(name: string) {
  const found = METHODS.find((method) => method.name === name);
  if (found === undefined) throw new Error(name);
  return found;
}

const UNFIT = ["microsoft", "microsoft-notebook", "longllmlingua-microsoft", "llmlingua2"];
const PLAIN = METHODS.filter(
  ({ name, sized, needs }) => sized && needs === undefined && !UNFIT.includes(name),
);

describe("methods", () => {
  it("have names of their own, and controls that exist", () => {
    const names = METHODS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const named = METHODS.flatMap(({ control, ablates }) => [control, ablates]);
    for (const name of named) if (name !== undefined) expect(names).toContain(name);
  });

  it.each(PLAIN.map(({ name }) => name))("%s stays at or below the size", async (name) => {
    const size = 120;
    const prompt = await methodOf(name).compress(workOf(examples, size));
    expect(prompt).toBeDefined();
    expect(count(prompt ?? "")).toBeLessThanOrEqual(size);
    expect(prompt).not.toBe("");
  });

  it("no-stop-words leaves content words, figures, indentation and line breaks", async () => {
    const context =
      "Question: How many figs has Tom in the end?\n  Let's count the 3\n  The figs\nThe answer is 3 + 4 = 7.";
    const prompt = await methodOf("no-stop-words").compress(
      workOf(groupOf([context, "So it is."]), 0),
    );
    expect(prompt).toBe("Question: figs Tom end?\n  Let count 3\n  figs\nanswer 3 + 4 = 7.\n\n.");
  });

  it.each(["default", "paper", "truncate", "tail", "random-tokens", "selective-token"])(
    "%s is within two tokens or two per cent of the size",
    async (name) => {
      const size = 120;
      const tokens = count((await methodOf(name).compress(workOf(examples, size))) ?? "");
      expect(size - tokens).toBeLessThanOrEqual(Math.max(2, 0.02 * size) + 1);
    },
  );

  it.each(["microsoft", "microsoft-notebook"])("%s is as near as a search finds", async (name) => {
    const tokens = count((await methodOf(name).compress(workOf(examples, 150))) ?? "");
    expect(Math.abs(tokens - 150)).toBeLessThan(60);
  });

  it("count the suffix where the group asks", async () => {
    const documents = EXAMPLES.map((text) => text.replaceAll("\n", " "));
    const question = "How many figs has Tom?";
    const group = groupOf(documents, { asks: true, question, joint: "\n", instruction: "Answer." });
    for (const name of ["longllmlingua", "bm25", "long-whole", "truncate"]) {
      const work = workOf(group, 140);
      const prompt = await methodOf(name).compress(work);
      expect(prompt).toMatch(/^Answer\./);
      expect(prompt).not.toContain(question);
      expect(work.measure(prompt ?? "")).toBeLessThanOrEqual(140);
    }
  });

  it("draw other tokens for another seed, and the same for the same", async () => {
    const draw = (seed: number) => methodOf("random-tokens").compress(workOf(examples, 60, seed));
    expect(await draw(1)).toBe(await draw(1));
    expect(await draw(1)).not.toBe(await draw(2));
    const control = (seed: number) => methodOf("paper-random").compress(workOf(examples, 60, seed));
    expect(await control(1)).not.toBe(await control(2));
  });

  it("leave the ranking by question as it is in a control, and draw the words", async () => {
    const documents = EXAMPLES.map((text) => text.replaceAll("\n", " "));
    const group = groupOf(documents, { question: "How many figs has Tom?", joint: "\n" });
    const make = async (name: string, seed = 0) => methodOf(name).compress(workOf(group, 90, seed));
    for (const name of ["longllmlingua", "longllmlingua-paper"]) {
      const control = methodOf(name).control ?? "";
      expect(methodOf(control).needs).toBe("question");
      expect(await make(control)).not.toBe(await make(name));
      expect(await make(control, 1)).not.toBe(await make(control, 2));
      expect(count((await make(control)) ?? "")).toBeLessThanOrEqual(90);
    }
  });

  it("have no control where the library takes no random scores", async () => {
    for (const name of ["microsoft", "longllmlingua-microsoft", "selective-context"]) {
      expect(methodOf(name).control).toBeUndefined();
    }
    const own = optionsMethods("mine", "Mine", { preset: "microsoft" });
    expect(own.map(({ control }) => control)).toEqual([undefined]);
    const asked = compressor.compress("One two three.", {
      preset: "microsoft",
      tokenScore: "random",
      rate: 0.5,
    });
    await expect(asked).rejects.toThrow(/tokenScore/);
  });

  it("keep whole contexts where they say so", async () => {
    for (const name of ["whole-first", "whole-last", "whole-shortest", "whole-ranked"]) {
      const prompt = (await methodOf(name).compress(workOf(examples, 200))) ?? "";
      const kept = EXAMPLES.filter((text) => prompt.includes(text));
      expect(kept.join("\n\n")).toBe(prompt);
      expect(kept.length).toBeGreaterThan(0);
    }
    expect(await methodOf("whole-first").compress(workOf(examples, 10))).toBeUndefined();
  });

  it("take options of the caller's own, with a control", async () => {
    const [method, control] = optionsMethods("lines", "By lines", {
      unit: "line",
      passages: false,
    });
    expect(method.control).toBe(control.name);
    const prompt = (await method.compress(workOf(examples, 120))) ?? "";
    const lines = EXAMPLES.flatMap((text) => text.split("\n"));
    const own = prompt.split("\n").filter((text) => text !== "");
    // The last unit taken is cut to the size.
    expect(own.filter((line) => !lines.includes(line)).length).toBeLessThanOrEqual(1);
    expect(own.length).toBeGreaterThan(2);
  });

  it("cut any text without breaking a character", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.integer({ min: 1, max: 40 }),
        async (contexts, size) => {
          const work = workOf(groupOf(contexts), size);
          for (const name of ["truncate", "tail", "random-tokens", "whole-first"]) {
            const prompt = (await methodOf(name).compress(work)) ?? "";
            expect(prompt.isWellFormed()).toBe(true);
            expect(count(prompt)).toBeLessThanOrEqual(size);
          }
          expect(bodyOf(work.group, contexts)).toBe(contexts.join("\n\n"));
        },
      ),
      { numRuns: 60 },
    );
  });
});
