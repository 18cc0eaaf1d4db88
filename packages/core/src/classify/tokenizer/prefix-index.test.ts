import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { prefixIndexOf } from "./prefix-index.js";

describe("the prefix index", () => {
  test("finds every string that begins at a place, shortest first", () => {
    const strings = fc.array(
      fc.string({ unit: fc.constantFrom("a", "b", "é", "😀"), maxLength: 4 }),
    );
    const text = fc.string({ unit: fc.constantFrom("a", "b", "é", "😀"), maxLength: 8 });
    fc.assert(
      fc.property(strings, text, (all, where) => {
        const index = prefixIndexOf(all);
        for (let at = 0; at < where.length; at++) {
          const found: string[] = [];
          index.eachAt(where, at, (id, length) => {
            expect(all[id]).toHaveLength(length);
            found.push(all[id]);
          });
          const expected = [...new Set(all)].filter(
            (one) => one !== "" && where.startsWith(one, at),
          );
          expect(found).toEqual(expected.sort((a, b) => a.length - b.length));
        }
      }),
    );
  });
});
