import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { choice, kebab, number, text, texts, toggle } from "./flags.js";
import { editDistance, nearest } from "./nearest.js";
import { parseFlags } from "./parse.js";

const flags = {
  rate: number("R", { above: 0, max: 1, short: "r" }, "share"),
  segmentSize: number("N", { min: 8, max: 1024, integer: true }, "size"),
  unit: choice(["token", "word"], "unit"),
  question: text("TEXT", "question"),
  context: texts("FILE", "context"),
  json: toggle("json"),
  tokenLevel: toggle("level", { sides: "off" }),
  sentenceLevel: toggle("level", { sides: "both" }),
};
const parse = (...args: string[]) => parseFlags(args, flags);

describe("parseFlags", () => {
  test("reads values of every kind and leaves what was not given out", () => {
    const args = ["a", "-r", ".5", "--unit=word", "--context", "x", "--context=y", "--json", "-"];
    expect(parse(...args)).toEqual({
      values: { rate: 0.5, unit: "word", context: ["x", "y"], json: true },
      positionals: ["a", "-"],
    });
  });

  test("reads both sides of a switch", () => {
    expect(parse("--no-token-level").values.tokenLevel).toBe(false);
    expect(parse("--no-sentence-level").values.sentenceLevel).toBe(false);
    expect(parse("--sentence-level").values.sentenceLevel).toBe(true);
  });

  test("takes everything after -- as files", () => {
    expect(parse("--", "--rate").positionals).toEqual(["--rate"]);
  });

  test.each([
    [["--rat", "1"], 'Unknown option --rat. Did you mean "--rate"?'],
    [["--tokenlevel"], "Unknown option --tokenlevel."],
    [["--no-json"], "Unknown option --no-json."],
    [["-x"], "Unknown option -x."],
    [["--json=yes"], '--json takes no value; got "yes".'],
    [["--rate"], "--rate needs a value: R."],
    [["--question", "--json"], "--question needs a value: TEXT. Write --question=--json if"],
    [["--rate", "1", "-r", "1"], "--rate is given twice."],
    [["--json", "--json"], "--json is given twice."],
    [["--sentence-level", "--no-sentence-level"], "--sentence-level is given twice."],
    [["--unit", "verse"], '--unit must be one of token, word; got "verse".'],
    [["--segment-size", "7"], '--segment-size must be a whole number from 8 to 1024; got "7".'],
    [["--segment-size", "8.5"], "--segment-size must be a whole number from 8 to 1024"],
  ])("refuses %j", (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });

  test.each(["0", "-1", "1.5", "NaN", "abc", "", " ", "0x1", "1e", "Infinity", "0,5"])(
    "refuses --rate %j",
    (raw) => {
      expect(() => parse(`--rate=${raw}`)).toThrow(
        `--rate must be a number in (0, 1]; got "${raw}".`,
      );
    },
  );

  test("reads back every rate in range", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1, noNaN: true }), (rate) => {
        expect(parse("--rate", String(rate)).values.rate).toBe(rate);
      }),
    );
  });
});

describe("nearest", () => {
  test("is a word's own self", () => {
    fc.assert(fc.property(fc.string(), (word) => nearest(word, ["#", word, "~~"]) === word));
  });

  test("is nothing when most of the word is different", () => {
    expect(nearest("banana", ["rate", "unit"])).toBeUndefined();
  });

  test("measures a distance that is symmetric", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => editDistance(a, b) === editDistance(b, a)),
    );
    expect(editDistance("kitten", "sitting")).toBe(3);
    expect(editDistance("rtae", "rate")).toBe(1);
  });
});

test("kebab writes keys as flags", () => {
  expect(kebab("restoreSeparators")).toBe("restore-separators");
});
