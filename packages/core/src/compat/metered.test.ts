import { describe, expect, it } from "vitest";
import { createHashScorer } from "../score/hash-scorer.js";
import { promptOf } from "../text/prompt.js";
import type { Tokenizer } from "../tokens/types.js";
import { meter } from "./metered.js";
import { compressLikeReference } from "./microsoft.js";
import { referenceModel } from "./scorer-model.js";

const scorer = createHashScorer();
const words = { name: "words", count: (text: string) => scorer.tokenizer.encode(text).ids.length };
const model = referenceModel(scorer, words);
const names = "river stone harbour light ledger morning captain window market".split(" ");
const textOf = (length: number) =>
  Array.from({ length }, (_, i) => names[(i * i + 7 * i) % 9] + (i % 400)).join(" ");

/** As Llama 2 does: a space goes in front of every text, and comes off again in decoding. */
function spacedTokenizer(seen: string[]): Tokenizer {
  const inner = scorer.tokenizer;
  return {
    name: "spaced",
    encode(text) {
      seen.push(text);
      const { ids, offsets } = inner.encode(` ${text}`);
      return { text, ids, offsets: offsets.map((at) => Math.max(0, at - 1)) };
    },
    decode: (ids) => inner.decode(ids).slice(1),
  };
}

describe("a metered model", () => {
  it("encodes and counts a long text as in one go", async () => {
    const text = textOf(9000);
    const metered = meter(model, {});
    expect(await metered.encode(text)).toEqual(scorer.tokenizer.encode(text));
    expect(await metered.count(text)).toBe(words.count(text));
  });

  it("does not cut texts for a tokenizer that puts a space in front of each", async () => {
    const seen: string[] = [];
    const text = textOf(2000);
    const metered = meter({ ...model, tokenizer: spacedTokenizer(seen) }, {});
    const { ids } = await metered.encode(text);
    expect(seen).toContain(text);
    expect(ids).toEqual(scorer.tokenizer.encode(` ${text}`).ids);
  });
});

/** Turns of the event loop while `work` runs. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await work.finally(() => clearInterval(timer));
  return turns;
}

describe("long prompts", () => {
  it.each([
    ["one long context", [textOf(40_000)]],
    ["many contexts", Array.from({ length: 1500 }, (_, i) => textOf(20 + (i % 20)))],
  ])("of %s leave the event loop its turns", async (_, contexts) => {
    const prompt = promptOf({ contexts, question: "What was in the ledger?" });
    const started = performance.now();
    const turns = await turnsDuring(compressLikeReference(prompt, { rate: 0.5 }, model));
    expect(turns).toBeGreaterThan((performance.now() - started) / 200);
  });

  it("stop inside the tokenizing when asked to", async () => {
    const prompt = promptOf({ contexts: [textOf(40_000)] });
    const controller = new AbortController();
    let calls = 0;
    const counting: Tokenizer = {
      ...scorer.tokenizer,
      encode(text) {
        calls += 1;
        if (calls === 5) controller.abort();
        return scorer.tokenizer.encode(text);
      },
    };
    const run = compressLikeReference(
      prompt,
      { rate: 0.5, signal: controller.signal },
      { ...model, tokenizer: counting },
    );
    await expect(run).rejects.toMatchObject({ code: "aborted" });
    expect(calls).toBe(5);
  });
});
