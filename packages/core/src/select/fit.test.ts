import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitSize } from "./fit.js";

/** Fits atoms of fixed lengths on top of `base` tokens. */
async function fitted(lengths: readonly number[], target: number, start = 1, base = 0) {
  let counts = 0;
  const tokensOf = (n: number, extras: readonly number[]) =>
    [...lengths.slice(0, n), ...extras.map((i) => lengths[i])].reduce((sum, l) => sum + l, base);
  const fit = await fitSize({
    atoms: lengths.length,
    start,
    target,
    async count(n, extras) {
      counts++;
      return tokensOf(n, extras);
    },
  });
  return { ...fit, tokens: tokensOf(fit.n, fit.extras), counts };
}

describe("fitSize", () => {
  it("finds the longest prefix that fits, wherever it starts to look", async () => {
    const ones = Array.from({ length: 1000 }, () => 1);
    for (const start of [0, 1, 399, 400, 1000]) {
      const { n, tokens, counts } = await fitted(ones, 400, start);
      expect([n, tokens]).toEqual([400, 400]);
      expect(counts).toBeLessThan(25);
    }
  });

  it("fills the gap with later atoms that fit, passing over those that do not", async () => {
    expect(await fitted([3, 3, 5, 4, 1, 1, 1], 8)).toMatchObject({
      n: 2,
      extras: [4, 5],
      tokens: 8,
    });
  });

  it("trades one atom for another where only large ones are left out", async () => {
    // 5 + 5 + 1 = 11 leaves 7 of 18; taking 8 instead of the 1 makes it 18
    expect(await fitted([5, 5, 1, 8], 18)).toMatchObject({ tokens: 18 });
    // dropping the last two, 2 + 2, makes room for the 7
    expect(await fitted([4, 2, 2, 7], 11)).toMatchObject({ n: 1, extras: [3], tokens: 11 });
  });

  it("keeps everything when everything fits and nothing when nothing does", async () => {
    expect(await fitted([2, 2], 4)).toMatchObject({ n: 2, extras: [] });
    expect(await fitted([5, 5], 4)).toMatchObject({ n: 0, extras: [] });
    expect(await fitted([], 4)).toMatchObject({ n: 0, extras: [] });
  });

  it("never exceeds the target, and leaves no atom out that would fit among the next few", async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.nat(150), fc.nat(50), async (own, target, start) => {
        const { n, extras, tokens } = await fitted(own, target, start);
        expect(tokens).toBeLessThanOrEqual(target);
        const isKept = (i: number) => i < n || extras.includes(i);
        const left = own.filter((_, i) => !isKept(i));
        expect(Math.min(...left)).toBeGreaterThan(target - tokens);
      }),
    );
  });

  it("never exceeds the target even where more atoms make a shorter text", async () => {
    const lengths = fc.array(fc.integer({ min: -3, max: 9 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.nat(100), fc.nat(50), async (own, target, start) => {
        expect((await fitted(own, target, start)).tokens).toBeLessThanOrEqual(target);
      }),
    );
  });

  it("passes on what counting throws", async () => {
    const count = () => Promise.reject(new Error("cannot count"));
    await expect(fitSize({ atoms: 3, start: 1, target: 2, count })).rejects.toThrow("cannot count");
  });
});
