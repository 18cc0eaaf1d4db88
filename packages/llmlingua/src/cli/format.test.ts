import { expect, test } from "vitest";
import { fakeResult } from "../../test/cli-fakes.js";
import { formatBytes, formatCount, formatDuration, summaryLine, toJson } from "./format.js";

test("counts are grouped from five digits on", () => {
  expect([0, 2365, 12345, 1234567].map(formatCount)).toEqual(["0", "2365", "12,345", "1,234,567"]);
});

test("durations carry their unit", () => {
  const times = [0.4, 999, 1902, 59_900, 125_000];
  expect(times.map(formatDuration)).toEqual(["0 ms", "999 ms", "1.9 s", "59.9 s", "2 min 5 s"]);
});

test("sizes are decimal", () => {
  expect([12, 1500, 138_800_000].map(formatBytes)).toEqual(["12 B", "1.5 kB", "138.8 MB"]);
});

test("the summary names the tokens, whose they are, the ratio and the time", () => {
  const result = {
    ...fakeResult("a b", 1),
    originalTokens: 2365,
    compressedTokens: 200,
    ratio: 11.825,
  };
  expect(summaryLine(result)).toBe("2365 → 200 tokens (words), 11.8x, 1.9 s");
});

test("JSON has typed arrays as arrays and NaN as null, and keeps float32 exact", () => {
  const tokens = { u: Uint8Array.of(0, 1), s: Float32Array.of(Number.NaN, 0.1), n: Number.NaN };
  expect(toJson(tokens)).toBe('{"u":[0,1],"s":[null,0.100000001],"n":null}');
  expect(Math.fround(0.100000001)).toBe(Math.fround(0.1));
});
