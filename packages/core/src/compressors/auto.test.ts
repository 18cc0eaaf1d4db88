import { describe, expect, it } from "vitest";
import { createHashScorer } from "../score/hash-scorer.js";
import { loadCounter } from "../tokens/counters.js";
import { createCompressor } from "./compressor.js";
import type { AutoRate } from "./types.js";

const counter = await loadCounter("cl100k_base");
const compressor = createCompressor({ scorer: createHashScorer(), counter });
const LOOSE =
  "The quick fox and the quick fox and the quick fox went home and home and home. ".repeat(6);
const DENSE =
  "Amber coins, barley soup, red brick, slow clocks: every islander trades something nobody expects. " +
  "Ferries, knots, ledgers, nets; captains wonder where winter mends northern pages.";
const auto = (text: string, own: AutoRate = {}) =>
  compressor.compress(text, { rate: "auto", auto: own });

describe('rate "auto"', () => {
  it("keeps less of what repeats itself than of what does not, and reports the estimate", async () => {
    const [loose, dense] = [await auto(LOOSE), await auto(DENSE)];
    expect(loose.rate).toBeLessThan(dense.rate);
    for (const { auto: estimate, rate, targetTokens, compressedTokens } of [loose, dense]) {
      expect(estimate?.information).toBeGreaterThanOrEqual(0.8);
      expect(Math.abs((estimate?.rate ?? 0) - rate)).toBeLessThan(0.05);
      expect(compressedTokens).toBeLessThanOrEqual(targetTokens);
    }
  });

  it("keeps more for a larger share, never less than the floor, and all for all", async () => {
    const rates: number[] = [];
    for (const information of [0.2, 0.5, 0.8, 1])
      rates.push((await auto(DENSE, { information })).rate);
    expect([...rates].sort((a, b) => a - b)).toEqual(rates);
    expect(rates.at(-1)).toBe(1);
    expect((await auto(LOOSE, { information: 0.01, floor: 0.5 })).auto?.rate).toBeCloseTo(0.5, 1);
  });

  it("finds the least rate at which the question stays as likely", async () => {
    const contexts = [LOOSE, "Old Berta painted the harbour at night.", DENSE];
    const input = { contexts, question: "Who painted the harbour at night?" };
    const found = await compressor.compress(input, {
      method: "longllmlingua",
      rate: "auto",
      auto: { questionLoss: 0.5 },
    });
    expect(found.auto?.questionLoss).toBeLessThanOrEqual(0.5);
    expect(found.auto?.tried?.length).toBeGreaterThan(0);
    expect(found.rate).toBeLessThan(1);
    const none = await compressor.compress(input, { rate: "auto", auto: { questionLoss: 1e9 } });
    expect(none.auto?.rate).toBe(0.1);
  });

  it.each([
    [{ rate: 0.5, auto: { floor: 0.2 } }, /auto is given and rate is 0.5/],
    [
      { rate: "auto", auto: { information: 0 } },
      /auto.information is 0; it must be a number above 0/,
    ],
    [
      { rate: "auto", auto: { information: 0.5, questionLoss: 1 } },
      /both information and questionLoss/,
    ],
    [{ rate: "auto", auto: { questionLoss: -1 } }, /auto.questionLoss is -1/],
    [{ rate: "auto", auto: { floor: 2 } }, /auto.floor is 2/],
    [{ rate: "auto", preset: "microsoft" }, /does not take rate "auto"/],
    [{ rate: "auto", auto: { questionLoss: 1 } }, /needs a question/],
  ])("says what is wrong with %j", async (options, message) => {
    const job = compressor.compress(DENSE, options as { rate: "auto" });
    await expect(job).rejects.toThrow(message);
    await expect(job).rejects.toMatchObject({ code: "invalid-option" });
  });

  it("leaves an empty prompt empty", async () => {
    expect((await auto("")).text).toBe("");
  });
});
