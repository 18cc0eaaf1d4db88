import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyGivenTwice } from "./json-keys.js";

describe("a key that is given twice", () => {
  test.each<[string, string | undefined]>([
    ['{"a":1,"b":{"a":1},"c":["a","a"],"d":"a"}', undefined],
    ['{"a":1,"b":2, "a" \n: 3}', "a"],
    ['[{"x":{"y":1,"y":2}}]', "y"],
    ['{"a\\"b":1,"a\\u0022b":2}', 'a"b'],
    ['{"a":"{\\"b\\":1,\\"b\\":2}"}', undefined],
    ['{"__proto__":1,"__proto__":2}', "__proto__"],
  ])("is found in %s: %j", (text, key) => {
    expect(keyGivenTwice(text)).toBe(key);
  });

  test("is never found in what JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        expect(keyGivenTwice(JSON.stringify(value, undefined, indent))).toBeUndefined();
      }),
    );
  });
});
