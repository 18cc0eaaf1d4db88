import fc from "fast-check";
import { expect, test } from "vitest";
import type { EncodedPair } from "../encode/index.js";
import { answerTokens, batchOf } from "./batch.js";

const pair = fc
  .tuple(fc.uint32Array({ minLength: 2, maxLength: 20, max: 49_151 }), fc.nat())
  .map(([ids, from]): EncodedPair => ({ ids, from: 1 + (from % (ids.length - 1)), cut: "none" }));

test("a batch asks for every answer token once, behind the token before it, and for nothing else", () => {
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1, maxLength: 6 }), (pairs) => {
      const { rows, length, ids, targets, weights } = batchOf(pairs);
      expect(ids.length).toBe(rows * length);
      for (const [row, { ids: own, from }] of pairs.entries()) {
        for (let at = 0; at < length; at++) {
          const place = row * length + at;
          const isAsked = at + 1 >= from && at + 1 < own.length;
          expect(weights[place] > 0).toBe(isAsked);
          if (isAsked) expect(targets[place]).toBe(BigInt(own[at + 1]));
          expect(ids[place]).toBe(at + 1 < own.length ? BigInt(own[at]) : 0n);
        }
      }
      const asked = pairs.reduce((sum, one) => sum + answerTokens(one), 0);
      expect(weights.filter((weight) => weight > 0)).toHaveLength(asked);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
    }),
  );
});
