/** Worked examples, over the scorer without weights. */

import { describe, expect, it } from "vitest";
import { createHashScorer } from "../score/hash-scorer.js";
import { promptOf } from "../text/prompt.js";
import { isCharacterEdge } from "../text/segments.js";
import { taggedPrompt } from "../text/tags.js";
import type { Prompt, PromptInput } from "../text/types.js";
import { loadCounter } from "../tokens/counters.js";
import { createCompressor } from "./compressor.js";
import type { Budget, CompressedPrompt, CompressOptions } from "./types.js";

const counter = await loadCounter("cl100k_base");
const compressor = createCompressor({ scorer: createHashScorer(), counter });
const RATES = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const WORDS =
  "harbour ledger captain amber river market winter copper garden violin lantern meadow bridge orchard pepper saddle thunder velvet whistle zephyr basket candle dagger engine falcon guitar hammer island jacket kettle".split(
    " ",
  );

/** Sentences of words in an order of their own: the same with every call of `writer`. */
function writer(seed = 1) {
  let state = seed;
  const next = (most: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % most;
  };
  const sentence = (words: number) => {
    const text = Array.from({ length: words }, () => WORDS[next(WORDS.length)]).join(" ");
    return `${text[0].toUpperCase()}${text.slice(1)}.`;
  };
  return { next, sentence };
}

interface Shape {
  readonly asked?: number;
  readonly steps?: number;
  readonly words?: number;
  readonly seed?: number;
}

const OPENING = "Let's think step by step";

function shots(
  length: number,
  { asked = 14, steps = 6, words = 9, seed = 1 }: Shape = {},
): string[] {
  const { sentence } = writer(seed);
  return Array.from({ length }, (_, i) => {
    const question = sentence(asked);
    const working = Array.from({ length: steps }, () => sentence(words));
    return [`Question: ${question}`, OPENING, ...working, `The answer is ${10 + i}`].join("\n");
  });
}

const compress = (
  input: string | readonly string[] | PromptInput | Prompt,
  options: CompressOptions & Budget,
) => compressor.compress(Array.isArray(input) ? { contexts: input } : (input as string), options);

/** Of every example that is left: its number, the question's line, whole lines of its working, the last line. */
function kept({ parts }: Pick<CompressedPrompt, "parts">) {
  return parts.flatMap(({ kind, dropped, text, index }) => {
    if (kind !== "context" || dropped) return [];
    const lines = text.split(/\r?\n/);
    return [{ index, asked: lines[0], steps: lines.slice(2, -1), closing: lines.at(-1) }];
  });
}

const stepsOf = (shot: string) => shot.split(/\r?\n/).slice(2, -1);

function expectSlices({ text, original, spans }: CompressedPrompt): void {
  expect(spans.map(([start, end]) => original.slice(start, end)).join("")).toBe(text);
  for (const at of spans.flat()) expect(isCharacterEdge(original, at)).toBe(true);
}

describe("a worked example that is kept", () => {
  const contexts = shots(8);

  it("keeps whole steps, the last ones, and its closing line", async () => {
    for (const rate of RATES) {
      const result = await compress(contexts, { rate });
      expectSlices(result);
      expect(result.compressedTokens).toBe(result.targetTokens);
      const left = kept(result);
      expect(left.length).toBeGreaterThan(0);
      for (const { index, steps, closing } of left) {
        expect(steps.length).toBeGreaterThan(0);
        expect(steps).toEqual(stepsOf(contexts[index]).slice(-steps.length));
        expect(closing).toBe(`The answer is ${10 + index}`);
      }
    }
  });

  it("keeps the label of its question, and words of it in their order", async () => {
    const { parts } = await compress(contexts, { rate: 0.5 });
    for (const { index, asked } of kept({ parts })) {
      const words = asked.split(" ");
      expect(words[0]).toBe("Question:");
      const whole = contexts[index].split("\n")[0].split(" ");
      let at = -1;
      for (const word of words) {
        at = whole.findIndex((one, i) => i > at && one.replace(".", "") === word.replace(".", ""));
        expect(at).toBeGreaterThanOrEqual(0);
      }
      expect(words.length).toBeLessThan(whole.length);
    }
  });

  it("keeps about as many steps as every other", async () => {
    for (const rate of RATES) {
      const counts = kept(await compress(contexts, { rate })).map(({ steps }) => steps.length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
  });

  it("keeps about the same share of its question as of its working", async () => {
    const { parts } = await compress(contexts, { rate: 0.6 });
    const words = (texts: string[]) => texts.join(" ").split(" ").length;
    for (const { index, asked, steps } of kept({ parts })) {
      const askedShare = words([asked]) / words([contexts[index].split("\n")[0]]);
      const workingShare = words(steps) / words(stepsOf(contexts[index]));
      expect(Math.abs(askedShare - workingShare)).toBeLessThan(0.25);
    }
  });

  it("keeps its last step even where that is most of its working", async () => {
    const { sentence } = writer(9);
    const uneven = contexts.map((shot) => shot.replace("\nThe", `\n${sentence(40)}\nThe`));
    for (const { steps, index } of kept(await compress(uneven, { rate: 0.45 }))) {
      expect(steps.at(-1)).toBe(stepsOf(uneven[index]).at(-1));
    }
  });

  it("takes steps that recur for steps like others", async () => {
    const recurring = contexts.map((shot) => {
      const steps = stepsOf(shot);
      return shot.replace(steps[2], `After all of that ${steps[2]}`);
    });
    for (const rate of [0.2, 0.3, 0.4]) {
      for (const { steps, index } of kept(await compress(recurring, { rate }))) {
        expect(steps).toEqual(stepsOf(recurring[index]).slice(-steps.length));
      }
    }
  });

  it("counts sentences of one line as steps too", async () => {
    const inLine = contexts.map((shot) => {
      const [question, , ...rest] = shot.split("\n");
      return `${question}\nA: ${OPENING}.\n${rest.slice(0, -1).join(" ")} So the answer is ${rest.at(-1)?.slice(-2)}.`;
    });
    const { parts } = await compress(inLine, { rate: 0.4 });
    for (const { index, dropped, text } of parts) {
      if (dropped) continue;
      const line = text.split("\n").at(-1) ?? "";
      expect(inLine[index].endsWith(line)).toBe(true);
      const sentences = line.split(/(?<=\.) /);
      expect(sentences.length).toBeGreaterThan(1);
      expect(inLine[index].split(/(?<=\.)\s/)).toEqual(expect.arrayContaining(sentences));
    }
  });

  it("is the same whatever breaks its lines", async () => {
    const windows = contexts.map((text) => text.replaceAll("\n", "\r\n"));
    for (const rate of [0.3, 0.5, 0.8]) {
      const result = await compress(windows, { rate });
      expectSlices(result);
      for (const { index, steps, closing } of kept(result)) {
        expect(steps).toEqual(stepsOf(windows[index]).slice(-steps.length));
        expect(closing).toBe(`The answer is ${10 + index}`);
      }
    }
  });

  it("is the same with white space around it", async () => {
    const spaced = contexts.map((text) => `\n  ${text}\n`);
    const { parts } = await compress(spaced, { rate: 0.4 });
    const left = parts.filter(({ dropped }) => !dropped);
    expect(left.length).toBeGreaterThan(0);
    for (const { index, text } of left) {
      const lines = text.trim().split("\n");
      expect(lines.at(-1)).toBe(`The answer is ${10 + index}`);
      const steps = lines.slice(2, -1);
      expect(steps).toEqual(stepsOf(contexts[index]).slice(-steps.length));
    }
  });

  it("has a step longer than 600 characters cut into words", async () => {
    const contexts = shots(4, { steps: 1, words: 150 });
    const { parts, compressedTokens, targetTokens } = await compress(contexts, { rate: 0.4 });
    expect(compressedTokens).toBe(targetTokens);
    for (const { steps, index } of kept({ parts })) {
      expect(steps).toHaveLength(1);
      expect(steps[0].length).toBeLessThan(stepsOf(contexts[index])[0].length * 0.6);
    }
  });

  it("has no character cut, whatever its steps are made of", async () => {
    const odd = ["👩‍👩‍👧 🇩🇪🇫🇷 👍🏽.", "क्षत्रिय नमस्ते.", "e\u0301 \u0301 \ud83d.", "สวัสดีครับ 你好。"];
    const contexts = shots(4).map((shot, i) =>
      shot.replace("\nThe answer", ` ${odd.slice(i).join(" ")}\n${odd[i]}\n  \u0301The answer`),
    );
    for (const unit of ["word", "token", "line"] as const) {
      for (const rate of RATES) expectSlices(await compress(contexts, { rate, unit }));
    }
  });

  it("has its own closing in every unit", async () => {
    for (const unit of ["token", "word", "line", "sentence", "context"] as const) {
      for (const { closing, index } of kept(await compress(contexts, { rate: 0.5, unit }))) {
        expect(closing).toBe(`The answer is ${10 + index}`);
      }
    }
  });
});

describe("the size of worked examples", () => {
  it.each([{}, { asked: 30, steps: 2 }, { steps: 12, words: 5 }, { steps: 1, words: 4 }])(
    "is met within 2 % or 2 tokens: %j",
    async (shape) => {
      for (const rate of [0.15, ...RATES, 0.97]) {
        const result = await compress(shots(6, shape), { rate });
        const missing = result.targetTokens - result.compressedTokens;
        expect(missing).toBeLessThanOrEqual(Math.max(2, 0.02 * result.targetTokens));
        expect(missing).toBeGreaterThanOrEqual(0);
      }
    },
  );

  // No whole step fits, and words of one are not within the atoms that are tried.
  it.each([
    { asked: 3, steps: 4, words: 60 },
    { asked: 2, steps: 2, words: 80 },
  ])("is met where steps are long: %j", async (shape) => {
    for (const rate of RATES) {
      const { targetTokens, compressedTokens } = await compress(shots(6, shape), { rate });
      expect(targetTokens - compressedTokens).toBeLessThanOrEqual(0.02 * targetTokens);
    }
  });

  const expectMonotone = async (contexts: readonly string[], step: number) => {
    const whole = counter.count(contexts.join("\n\n"));
    let longest = 0;
    for (let targetToken = 60; targetToken < whole; targetToken += step) {
      const { compressedTokens } = await compress(contexts, { targetToken });
      expect(compressedTokens).toBeGreaterThanOrEqual(longest);
      longest = compressedTokens;
    }
  };

  it("is never larger for a smaller target", async () => {
    await expectMonotone(shots(4), 7);
    await expectMonotone(shots(3, { asked: 25, steps: 3, words: 12 }), 5);
  });

  it("is never larger for a smaller target where steps are long", async () => {
    await expectMonotone(shots(4, { asked: 6, steps: 3, words: 40 }), 10);
  });

  it("is found for the text's information too", async () => {
    const result = await compress(shots(6), { rate: "auto", auto: { information: 0.6 } });
    expect(result.compressedTokens).toBe(result.targetTokens);
    for (const { steps } of kept(result)) expect(steps.length).toBeGreaterThan(0);
  });
});

describe("worked examples that are dropped", () => {
  const { sentence } = writer(3);
  /** From the longest to the shortest, but for the last. */
  const contexts = shots(8).map((shot, i) =>
    shot.replace(OPENING, `${OPENING}\n${sentence(3 + 4 * (i === 7 ? 20 : 7 - i))}`),
  );

  it("are the longest ones, and the others stay in their order", async () => {
    const { dropped, parts } = await compress(contexts, { rate: 0.2 });
    expect(dropped.contexts.length).toBeGreaterThan(1);
    const left = kept({ parts }).map(({ index }) => index);
    const length = (i: number) => counter.count(contexts[i]);
    expect(Math.max(...left.map(length))).toBeLessThan(Math.min(...dropped.contexts.map(length)));
    expect(left).toEqual(left.toSorted((a, b) => a - b));
  });

  it.each([
    ["shortest", [6]],
    ["recent", [7]],
    ["original", [0]],
  ] as const)("leave the first by rank %s to the last", async (rank, left) => {
    for (const demonstrations of [true, false]) {
      const options = { rate: 0.09, rank, demonstrations, budgetFactor: 1 };
      const { parts } = await compress(contexts, options);
      const most = parts.toSorted((a, b) => b.compressedTokens - a.compressedTokens)[0];
      expect([most.index]).toEqual(left);
    }
  });

  it("are ranked as asked for, by perplexity too", async () => {
    const by = async (rank: "perplexity" | "auto" | "shortest", demonstrations: boolean) =>
      (await compress(contexts, { rate: 0.15, rank, demonstrations, passages: false })).dropped
        .contexts;
    expect(await by("auto", true)).toEqual(await by("shortest", true));
    expect(await by("auto", false)).toEqual(await by("perplexity", false));
    expect(await by("perplexity", true)).not.toEqual(await by("shortest", true));
  });

  it("are the more the smaller the budget factor", async () => {
    const count = async (budgetFactor?: number) =>
      (await compress(contexts, { rate: 0.25, budgetFactor })).dropped.contexts.length;
    expect(await count(1)).toBeGreaterThan(await count(2));
    expect(await count(2)).toBeGreaterThan(await count(10));
    expect(await count(10)).toBe(0);
    expect(await count()).toBe(await count(2.7));
  });

  it("are none where contexts stay", async () => {
    const result = await compress(contexts, { rate: 0.4, contextLevel: false });
    expect(result.dropped.contexts).toEqual([]);
    expect(kept(result)).toHaveLength(8);
  });
});

describe("without the recipe for worked examples", () => {
  const contexts = shots(8);
  const run = (options: CompressOptions, input: readonly string[] = contexts) =>
    compress(input, { rate: 0.4, passages: false, ...options });

  it("examples are ranked by perplexity and cut into words anywhere", async () => {
    const off = await run({ demonstrations: false });
    const former = await run({ demonstrations: false, rank: "perplexity", budgetFactor: 1.5 });
    expect(off.spans).toEqual(former.spans);
    const steps = kept(off).flatMap(({ steps: own }) => own);
    const whole = new Set(contexts.flatMap(stepsOf));
    expect(steps.some((step) => !whole.has(step))).toBe(true);
  });

  it("is what comes of no structure, a question to rank for, and the paper", async () => {
    const same = async (options: CompressOptions) => {
      const [on, off] = await Promise.all([
        run({ ...options, demonstrations: true }),
        run({ ...options, demonstrations: false }),
      ]);
      expect(on.spans).toEqual(off.spans);
    };
    await same({ structure: false });
    const paper = await run({ preset: "paper" });
    expect((await run({ preset: "paper", demonstrations: false })).spans).toEqual(paper.spans);
    const asked = { contexts, question: "What is the amber harbour?" };
    const ranked = (demonstrations: boolean) =>
      compress(asked, { rate: 0.4, rank: "bm25", demonstrations });
    expect((await ranked(true)).spans).toEqual((await ranked(false)).spans);
  });

  it("is what documents, turns and single contexts get", async () => {
    const { sentence } = writer(5);
    const text = () => Array.from({ length: 6 }, () => sentence(11)).join(" ");
    const documents = Array.from({ length: 4 }, text);
    const turns = documents.map((own, i) => `${i % 2 ? "Assistant" : "User"}: ${own}`);
    for (const input of [documents, turns, [contexts.join("\n")], [contexts[0]]]) {
      const on = await run({}, input);
      expect(on.spans).toEqual((await run({ demonstrations: false }, input)).spans);
    }
  });
});

describe("the random control of worked examples", () => {
  it("takes other words of the questions, and of the steps the last ones all the same", async () => {
    const contexts = shots(8);
    for (const rate of [0.3, 0.5, 0.7]) {
      const plain = kept(await compress(contexts, { rate }));
      for (const seed of [0, 1]) {
        const random = kept(await compress(contexts, { rate, tokenScore: "random", seed }));
        expect(random.map(({ index }) => index)).toEqual(plain.map(({ index }) => index));
        let moved = 0;
        for (const [i, { index, steps, closing }] of random.entries()) {
          expect(steps).toEqual(stepsOf(contexts[index]).slice(-steps.length));
          expect(closing).toBe(plain[i].closing);
          // Other words have other sizes: at the edge, a step more or less fits.
          moved += Math.abs(steps.length - plain[i].steps.length);
        }
        expect(moved).toBeLessThanOrEqual(2);
        expect(random.map(({ asked }) => asked)).not.toEqual(plain.map(({ asked }) => asked));
      }
    }
  });
});

describe("worked examples beside other parts", () => {
  const contexts = shots(4);

  it("leave instruction and question as they are", async () => {
    const { sentence } = writer(7);
    const input = { instruction: sentence(12), contexts, question: shots(1, { seed: 8 })[0] };
    const result = await compress(input, { rate: 0.6 });
    expect(result.parts[0].text).toBe(input.instruction);
    expect(result.parts.at(-1)?.text).toBe(input.question);
    for (const { steps, index } of kept(result)) {
      expect(steps).toEqual(stepsOf(contexts[index]).slice(-steps.length));
    }
  });

  it("are met by instruction and question at rates of their own", async () => {
    const { sentence } = writer(7);
    const input = { instruction: sentence(30), contexts, question: sentence(30) };
    const options = { rate: 0.3, instructionRate: 0.5, questionRate: 0.5 };
    const result = await compress(input, options);
    expectSlices(result);
    expect(result.compressedTokens).toBe(result.targetTokens);
    for (const part of [result.parts[0], result.parts.at(-1)]) {
      expect(part?.compressedTokens).toBeGreaterThanOrEqual(0.4 * (part?.originalTokens ?? 0));
    }
    for (const { closing, index } of kept(result))
      expect(closing).toBe(`The answer is ${10 + index}`);
  });

  // What whole examples leave of the overfilled budget is handed back to them (Eq. 3), though it is no room.
  it.each([0.3, 0.5])("leave instruction and question at their rates: %f", async (rate) => {
    const { sentence } = writer(7);
    const input = { instruction: sentence(30), contexts, question: sentence(30) };
    const options = { rate, instructionRate: 0.5, questionRate: 0.5 };
    const { parts } = await compress(input, options);
    for (const part of [parts[0], parts.at(-1)]) {
      expect(part?.compressedTokens).toBeLessThan(0.8 * (part?.originalTokens ?? 0));
    }
  });

  it("are met by examples at rates of their own, and by verbatim ones", async () => {
    const [first, second, third, fourth] = contexts;
    const prompt = taggedPrompt(
      `${first}\n\n${second}\n\n<llmlingua rate=0.5>${third}</llmlingua>\n\n<llmlingua compress=false>${fourth}</llmlingua>`,
    );
    for (const rate of [0.3, 0.5, 0.8]) {
      const result = await compress(prompt, { rate });
      expectSlices(result);
      expect(result.parts[3].text).toBe(fourth);
      const share = result.parts[2].compressedTokens / result.parts[2].originalTokens;
      expect(Math.abs(share - 0.5)).toBeLessThan(0.2);
      for (const { closing, index } of kept(result)) {
        expect(closing).toBe(`The answer is ${10 + index}`);
      }
    }
  });

  it("are not disturbed by empty contexts and white space", async () => {
    for (const input of [
      ["", ...contexts],
      ["  \n", ...contexts, ""],
      [...contexts, "\n", ""],
    ]) {
      const result = await compress(input, { rate: 0.5 });
      expectSlices(result);
      const left = result.parts.filter(({ dropped, text }) => !dropped && text.trim() !== "");
      expect(left).toHaveLength(4);
      for (const { text } of left) expect(text).toMatch(/The answer is \d\d$/);
    }
  });

  it("keep protected text of steps that go", async () => {
    const protect = [/\bamber\b/g];
    const result = await compress(contexts, { rate: 0.5, protect });
    expectSlices(result);
    const count = (text: string) => text.match(/\bamber\b/g)?.length;
    expect(count(result.text)).toBe(count(contexts.join("\n")));
    for (const { closing, index } of kept(result))
      expect(closing).toBe(`The answer is ${10 + index}`);
  });
});

describe("short examples", () => {
  it.each([
    { asked: 5, steps: 2, words: 6 },
    { asked: 8, steps: 1, words: 20 },
    { asked: 14, steps: 2, words: 9 },
  ])("keep their last step, but for one that fills the size: %j", async (shape) => {
    for (const rate of RATES) {
      const examples = kept(await compress(shots(8, shape), { rate }));
      expect(examples.filter(({ steps }) => steps.length === 0).length).toBeLessThanOrEqual(1);
    }
  });
});

describe("many worked examples", () => {
  it("take time in proportion", async () => {
    const time = async (length: number) => {
      const contexts = shots(length, { steps: 4, words: 7 });
      const started = performance.now();
      const { targetTokens, compressedTokens } = await compress(contexts, { rate: 0.3 });
      expect(targetTokens - compressedTokens).toBeLessThanOrEqual(0.02 * targetTokens);
      return performance.now() - started;
    };
    await time(20);
    const [few, many] = [await time(50), await time(200)];
    expect(many).toBeLessThan(16 * few + 1000);
  }, 30_000);

  it("are recognised in a text of many blocks", () => {
    const { parts } = promptOf(shots(200).join("\n\n"));
    expect(parts).toHaveLength(200);
  });
});
