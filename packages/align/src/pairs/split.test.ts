import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conversationGroup, groupOf, pairId } from "./id.js";
import { splitPairs } from "./split.js";
import type { Pair } from "./types.js";

function pairOf(content: string, group?: string): Pair {
  const messages = [{ role: "user", content }] as const;
  return { id: pairId(messages), messages, answer: content, ...(group !== undefined && { group }) };
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
          const pairs = texts.map((text) => pairOf(text));
          const split = splitPairs(pairs, { heldOut: share, seed });
          const { train, heldOut, asked } = split;
          expect(idsOf([...train, ...heldOut]).sort()).toEqual(idsOf(pairs).sort());
          expect(splitPairs([...pairs].reverse(), { heldOut: share, seed })).toEqual(split);
          expect(heldOut).toHaveLength(asked);
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

  it.each([
    [0, "There are 0 pairs, and 2 would"],
    [1, "There is 1 pair, and 2 would"],
    [2, "There are 2 pairs, and 2 would"],
  ])("refuses to leave nothing to train with: %i pairs", (count, words) => {
    const pairs = ["a", "b"].slice(0, count).map((text) => pairOf(text));
    expect(() => splitPairs(pairs, { heldOut: 2, seed: 0 })).toThrow(
      expect.objectContaining({ code: "too-few-pairs", message: expect.stringContaining(words) }),
    );
  });

  it("keeps a group on one side, and holds out as many as asked or fewer", () => {
    const grouped = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.nat(5)), {
      minLength: 2,
      maxLength: 40,
      selector: ([text]) => text,
    });
    fc.assert(
      fc.property(
        grouped,
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        fc.nat(),
        (of, share, seed) => {
          // Those of group 0 have none.
          const pairs = of.map(([text, group]) =>
            pairOf(text, group === 0 ? undefined : `g${group}`),
          );
          const names = new Set(pairs.map(groupOf));
          fc.pre(names.size > 1);
          const split = splitPairs(pairs, { heldOut: share, seed });
          const { train, heldOut, asked } = split;
          expect(idsOf([...train, ...heldOut]).sort()).toEqual(idsOf(pairs).sort());
          const inTraining = new Set(train.map(groupOf));
          expect(heldOut.filter((pair) => inTraining.has(groupOf(pair)))).toEqual([]);
          expect(train.length).toBeGreaterThan(0);
          const sizes = [...names].map(
            (name) => pairs.filter((pair) => groupOf(pair) === name).length,
          );
          const smallest = Math.min(...sizes);
          expect(heldOut.length).toBeGreaterThan(0);
          expect(heldOut.length).toBeLessThanOrEqual(Math.max(asked, smallest));
          if (heldOut.length > asked) expect(heldOut.length).toBeLessThanOrEqual(train.length);
          expect(splitPairs([...pairs].reverse(), { heldOut: share, seed })).toEqual(split);
        },
      ),
    );
  });

  it("holds out the same pairs as ever where there are no groups", () => {
    const pairs = Array.from({ length: 20 }, (_, i) => pairOf(`${i}`));
    const { heldOut } = splitPairs(pairs, { heldOut: 3, seed: 7 });
    const key = ({ id }: Pair) => createHash("sha256").update(`7:${id}`).digest("hex");
    const first = [...pairs].sort((a, b) => (key(a) < key(b) ? -1 : 1)).slice(0, 3);
    expect(heldOut).toEqual(first);
  });

  it("puts a lone prompt to the conversations that begin with it", () => {
    const begin = { role: "user", content: "Hi" } as const;
    const messages = [
      { role: "system", content: "Be brief." },
      begin,
      { role: "assistant", content: "Hello" },
      { role: "user", content: "Bye" },
    ] as const;
    expect(conversationGroup(messages)).toBe(groupOf(pairOf("Hi")));
  });

  it("leaves a group that is larger than what is asked for to training, however large", () => {
    const messages = [{ role: "user", content: "a" }] as const;
    const of = (id: number, group?: string) => ({ id: `${id}`, messages, answer: "a", group });
    const pairs = Array.from({ length: 150_000 }, (_, i) => of(i, i > 0 ? "g" : undefined));
    const { train, heldOut } = splitPairs(pairs, { heldOut: 0.1, seed: 0 });
    expect([train.length, idsOf(heldOut)]).toEqual([149_999, ["0"]]);
  });

  it("says what was asked for, where every group is larger", () => {
    const pairs = Array.from({ length: 11 }, (_, i) => pairOf(`${i}`, i < 5 ? "g" : "h"));
    const { train, heldOut, asked } = splitPairs(pairs, { heldOut: 1, seed: 0 });
    expect([train.length, heldOut.length, asked]).toEqual([6, 5, 1]);
  });

  it("refuses pairs of one group", () => {
    const pairs = ["a", "b", "c"].map((text) => pairOf(text, "g"));
    expect(() => splitPairs(pairs, { heldOut: 1, seed: 0 })).toThrow(/3 pairs are of one group/);
    expect(splitPairs(pairs, { heldOut: 0, seed: 0 }).train).toHaveLength(3);
  });
});
