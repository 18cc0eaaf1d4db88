import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BYTE_CHARACTERS, bytesOfToken, offsetsOfTokens } from "./byte-level.js";

describe("the byte table", () => {
  test("writes visible ASCII as itself and the others from U+0100 on", () => {
    expect(BYTE_CHARACTERS[0x41]).toBe("A");
    expect(BYTE_CHARACTERS[0x20]).toBe("Ġ");
    expect(BYTE_CHARACTERS[0x0a]).toBe("Ċ");
    expect(BYTE_CHARACTERS[0xad]).toBe("Ń");
    expect(new Set(BYTE_CHARACTERS).size).toBe(256);
  });

  test("gives back the bytes of a token, and undefined for other characters", () => {
    expect(bytesOfToken("Ġcaf")).toEqual(Uint8Array.of(0x20, 0x63, 0x61, 0x66));
    expect(bytesOfToken("漢")).toBeUndefined();
  });
});

describe("offsetsOfTokens", () => {
  test("counts in UTF-16 units", () => {
    expect(offsetsOfTokens("aé漢😀!", [1, 2, 3, 4, 1])).toEqual(Uint32Array.of(0, 1, 2, 3, 5, 6));
  });

  test("gives a character spread over tokens to the last of them", () => {
    expect(offsetsOfTokens("a😀b", [2, 1, 2, 1])).toEqual(Uint32Array.of(0, 1, 1, 3, 4));
  });

  test("counts a lone surrogate as the three bytes of U+FFFD", () => {
    expect(offsetsOfTokens("\uD83Dx", [3, 1])).toEqual(Uint32Array.of(0, 1, 2));
  });

  test("says so when the tokens are not those of the text", () => {
    expect(offsetsOfTokens("abc", [1, 1])).toBeUndefined();
    expect(offsetsOfTokens("abc", [1, 1, 2])).toBeUndefined();
  });

  test("agrees with TextEncoder wherever the cuts fall", () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 5 }));
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), cuts, (text, lengths) => {
        const bytes = new TextEncoder().encode(text);
        const tokens: number[] = [];
        let left = bytes.length;
        for (const length of lengths) {
          tokens.push(Math.min(length, left));
          left -= tokens[tokens.length - 1];
        }
        tokens.push(left);
        const offsets = offsetsOfTokens(text, tokens) as Uint32Array;
        let boundary = 0;
        for (const [token, length] of tokens.entries()) {
          const before = new TextDecoder("utf-8", { ignoreBOM: true }).decode(
            bytes.subarray(0, boundary),
            { stream: true },
          );
          expect(offsets[token]).toBe(before.length);
          boundary += length;
        }
      }),
    );
  });
});
