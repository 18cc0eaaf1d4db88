import fc from "fast-check";
import { expect, it } from "vitest";
import { withUniqueIds } from "./unique.js";

const named = (ids: readonly string[]) =>
  withUniqueIds(ids.map((id, at) => ({ id, at }))).map(({ id }) => id);

it("keeps the first of a name and numbers the later ones", () => {
  expect(named(["a", "b", "a", "a"])).toEqual(["a", "b", "a#1", "a#2"]);
  expect(named(["a#1", "a", "a", "a#1", ""])).toEqual(["a#1", "a", "a#2", "a#1#1", ""]);
});

it("makes all names differ, the same whatever comes after, and leaves those that do alone", () => {
  const ids = fc.array(fc.stringMatching(/^a?(#[12]){0,2}$/), { maxLength: 12 });
  fc.assert(
    fc.property(ids, fc.nat(12), (given, most) => {
      const all = named(given);
      expect(new Set(all).size).toBe(given.length);
      expect(named(given.slice(0, most))).toEqual(all.slice(0, most));
      expect(named(all)).toEqual(all);
    }),
  );
});
