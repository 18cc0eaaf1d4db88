import fc from "fast-check";
import { expect, it } from "vitest";
import { score } from "../metrics/index.js";
import { isNumber } from "./number.js";

it.each(["4", " 1,234.5 ", "-3", "+.5", "2.", "1e3", "٤٢"])("takes %j for a number", (text) => {
  expect(isNumber(text)).toBe(true);
});

it.each(["", " ", ",", "$4", "4 apples", "1/2", "50%", "1e", "0x10", "Infinity", "--1", "."])(
  "does not take %j for a number",
  (text) => {
    expect(isNumber(text)).toBe(false);
  },
);

it("takes what the metric gsm8k takes, and nothing else", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[-+.,eE$ 0-9٤]{0,6}$/), (text) => {
      const scored = () => score("gsm8k", "4", [text]);
      if (isNumber(text)) expect(scored).not.toThrow();
      else expect(scored).toThrow("expects a number");
    }),
  );
});
