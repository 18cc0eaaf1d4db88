import { expect, test } from "vitest";
import { counted } from "./words.js";

test("one is not many", () => {
  expect([0, 1, 2].map((count) => counted(count, "pair"))).toEqual([
    "0 pairs",
    "1 pair",
    "2 pairs",
  ]);
});
