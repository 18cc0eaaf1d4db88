import { describe, expect, it } from "vitest";
import { checkSize, targetTokens } from "./size.js";

const size = { prompt: 200, read: 200, apart: 0, kept: 0 };
const ofContexts = { prompt: 200, read: 200, apart: 50, kept: 50 };

describe("targetTokens", () => {
  it("is the rate's share of the prompt, rounded, or the number asked for", () => {
    expect(targetTokens({ rate: 0.25 }, size)).toBe(50);
    expect(targetTokens({ rate: 0.333 }, size)).toBe(67);
    expect(targetTokens({ targetToken: 30 }, size)).toBe(30);
  });

  it("adds everything but the contexts where the size is theirs alone", () => {
    expect(targetTokens({ rate: 0.2 }, ofContexts)).toBe(80);
    expect(targetTokens({ targetToken: 10 }, ofContexts)).toBe(60);
  });

  it("adds what parts with a rate of their own keep where the size is of the rest", () => {
    expect(targetTokens({ rate: 0.5 }, { prompt: 200, read: 200, apart: 100, kept: 30 })).toBe(80);
  });

  it("is never more than the prompt has and never less than 1", () => {
    expect(targetTokens({ targetToken: 1e6 }, size)).toBe(200);
    expect(targetTokens({ targetToken: 1e6 }, ofContexts)).toBe(200);
    expect(targetTokens({ rate: 0.001 }, size)).toBe(1);
    expect(targetTokens({ rate: 1 }, { prompt: 0, read: 0, apart: 0, kept: 0 })).toBe(0);
  });
});

describe("checkSize", () => {
  it("accepts one valid size", () => {
    for (const request of [{ rate: 1 }, { rate: 1e-9 }, { targetToken: 1 }, { targetToken: 1e6 }]) {
      expect(() => checkSize(request)).not.toThrow();
    }
  });

  it.each([
    [{}, "No size is given; give rate (0 to 1) or targetToken."],
    [{ rate: 0.5, targetToken: 3 }, "Both rate (0.5) and targetToken (3) are given; give one."],
    ...[0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "0.5", null, true].map(
      (rate): [object, string] => [
        { rate },
        `rate is ${typeof rate === "string" ? '"0.5"' : rate}; it must be a number above 0, at most 1 (kept / original tokens), or "auto".`,
      ],
    ),
    ...[0, -3, 2.5, Number.NaN, Number.POSITIVE_INFINITY, "7", null].map(
      (targetToken): [object, string] => [
        { targetToken },
        `targetToken is ${typeof targetToken === "string" ? '"7"' : targetToken}; it must be a whole number, 1 or more.`,
      ],
    ),
  ])("refuses %o, naming the value and what is allowed", (request, message) => {
    expect(() => checkSize(request)).toThrow(
      expect.objectContaining({ code: "invalid-option", message }),
    );
  });
});
