import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pairId } from "./id.js";
import { splitPairs } from "./split.js";
import type { Pair } from "./types.js";

function pairOf(content: string): Pair {
  const messages = [{ role: "user", content }] as const;
  return { id: pairId(messages), messages, answer: content };
}

const prompts = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 30 });
const idsOf = (pairs: readonly Pair[]) => pairs.map(({ id }) => id);

describe("splitPairs", () => {
  it("puts each pair on one side, the same whatever the order", () => {
    fc.assert(
      fc.property(
        prompts,
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.nat(),
        (texts, share, seed) => {
          const pairs = texts.map(pairOf);
          const { train, heldOut } = splitPairs(pairs, { heldOut: share, seed });
          expect(idsOf([...train, ...heldOut]).sort()).toEqual(idsOf(pairs).sort());
          expect(splitPairs([...pairs].reverse(), { heldOut: share, seed })).toEqual({
            train,
            heldOut,
          });
          expect(train.length).toBeGreaterThan(0);
          expect(heldOut.length > 0).toBe(share > 0);
        },
      ),
    );
  });

  it("takes a share or a number, and another choice with another seed", () => {
    const pairs = Array.from({ length: 100 }, (_, i) => pairOf(`${i}`));
    expect(splitPairs(pairs, { heldOut: 0.1, seed: 0 }).heldOut).toHaveLength(10);
    const { heldOut } = splitPairs(pairs, { heldOut: 99, seed: 0 });
    expect(heldOut).toHaveLength(99);
    expect(idsOf(splitPairs(pairs, { heldOut: 99, seed: 1 }).heldOut)).not.toEqual(idsOf(heldOut));
  });

  it.each([-0.1, 0.51, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %s", (heldOut) => {
    const split = () => splitPairs([pairOf("a"), pairOf("b")], { heldOut, seed: 0 });
    expect(split).toThrow(expect.objectContaining({ code: "invalid-option" }));
  });

  it.each([[0], [1], [2]])("refuses to leave nothing to train with: %i pairs", (count) => {
    const pairs = ["a", "b"].slice(0, count).map(pairOf);
    expect(() => splitPairs(pairs, { heldOut: 2, seed: 0 })).toThrow(
      expect.objectContaining({ code: "too-few-pairs" }),
    );
  });
});
