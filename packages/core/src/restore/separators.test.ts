import { describe, expect, it } from "vitest";
import { breaksOf, restoreSeparators } from "./separators.js";

/** Tokens from strings; `kept` marks of those named. */
function setup(tokens: readonly string[], keep: readonly string[]) {
  const offsets = new Uint32Array(tokens.length + 1);
  for (const [t, token] of tokens.entries()) offsets[t + 1] = offsets[t] + token.length;
  const text = tokens.join("");
  const breaks = breaksOf(text, offsets, () => true);
  const kept = Uint8Array.from(tokens, (token) => (keep.includes(token) ? 1 : 0));
  return { text, offsets, breaks, kept };
}
function restored(tokens: readonly string[], keep: readonly string[]) {
  const { breaks, kept } = setup(tokens, keep);
  restoreSeparators(kept, breaks);
  return tokens.filter((_, t) => kept[t] === 1).join("");
}

describe("breaksOf", () => {
  it("counts line breaks of tokens that are white space, −1 for others", () => {
    expect(Array.from(setup(["a", " ", "\n\n", "b\n", "\r\n", "\t"], []).breaks)).toEqual([
      -1, 0, 2, -1, 1, 0,
    ]);
  });

  it("takes no space for a separator that carries a mark, but takes both halves of CRLF", () => {
    expect(Array.from(setup(["a", " ", "\u0301", "\r", "\n", "b"], []).breaks)).toEqual([
      -1, -1, -1, 0, 1, -1,
    ]);
  });

  it("asks which tokens may be separators, and takes empty ones for none", () => {
    const { text, offsets } = setup(["a", " ", "", " "], []);
    expect(Array.from(breaksOf(text, offsets, (t) => t !== 1))).toEqual([-1, -1, -1, 0]);
  });
});

describe("restoreSeparators", () => {
  it("keeps all separators between kept neighbours", () => {
    expect(restored(["a", "\n", "  ", "b"], ["a", "b"])).toBe("a\n  b");
  });

  it("keeps the run with the most line breaks of a dropped stretch", () => {
    expect(restored(["a", "\n", "x", "\n", "\n", "y", "\n", "b"], ["a", "b"])).toBe("a\n\nb");
  });

  it("keeps the first of equal runs, and none without a line break", () => {
    expect(restored(["a", "\n", "x", "\n", " ", "b"], ["a", "b"])).toBe("a\nb");
    expect(restored(["a", " ", "x", "\t", "b"], ["a", "b"])).toBe("ab");
  });

  it("drops separators that were kept by mistake between neighbours", () => {
    expect(restored(["a", " ", "x", "\n", "b"], ["a", " ", "b"])).toBe("a\nb");
  });

  it("leaves separators before the first and after the last kept token alone", () => {
    expect(restored(["\n", "a", "\n"], ["a"])).toBe("a");
    expect(restored(["\t", "a", "\n"], ["\t", "a"])).toBe("\ta");
  });

  it("touches only the given range", () => {
    const { breaks, kept } = setup(["a", "\n", "b", "\n", "c"], ["a", "b", "c"]);
    restoreSeparators(kept, breaks, 2, 5);
    expect(Array.from(kept)).toEqual([1, 0, 1, 1, 1]);
  });

  it("changes nothing the second time", () => {
    const { breaks, kept } = setup(["a", "\n", "x", " ", "\n", "b", " ", "c"], ["a", "b", "c"]);
    restoreSeparators(kept, breaks);
    const once = kept.slice();
    restoreSeparators(kept, breaks);
    expect(kept).toEqual(once);
  });
});
