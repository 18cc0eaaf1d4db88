import { Command } from "@commander-js/extra-typings";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withCompression } from "../work/options.js";
import { given } from "./given.js";

const parse = (...args: string[]) => {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  const compress = withCompression(command).option("--json");
  compress.parse(args, { from: "user" });
  return { values: given(compress), files: compress.processedArgs[0] };
};

describe("the command line", () => {
  test("reads values of every kind and leaves what was not given out", () => {
    const args = ["a", "-r", ".5", "--unit=word", "--context", "x", "--context=y", "--json", "-"];
    expect(parse(...args)).toEqual({
      values: { rate: 0.5, unit: "word", context: ["x", "y"], json: true },
      files: ["a", "-"],
    });
  });

  test("reads both sides of a switch", () => {
    expect(parse("--no-token-level").values.tokenLevel).toBe(false);
    expect(parse("--no-sentence-level").values.sentenceLevel).toBe(false);
    expect(parse("--sentence-level").values.sentenceLevel).toBe(true);
  });

  test("takes everything after -- as files", () => {
    expect(parse("--", "--rate").files).toEqual(["--rate"]);
  });

  test("takes any word after an option as its value", () => {
    expect(parse("--protect", "--json", "--question=-").values).toEqual({
      protect: ["--json"],
      question: "-",
    });
  });

  test.each([
    [["--rat", "1"], "unknown option '--rat'\n(Did you mean --rate?)"],
    [["--tokenlevel"], "unknown option '--tokenlevel'"],
    [["--no-json"], "unknown option '--no-json'"],
    [["-x"], "unknown option '-x'"],
    [["--json=yes"], "unknown option '--json=yes'"],
    [["--rate"], "option '-r, --rate <R>' argument missing"],
    [["--rate", "--json"], "option '-r, --rate <R>' argument '--json' is invalid."],
    [["--question", "a", "--question-file", "b"], "cannot be used with option '--question-file"],
    [["--unit", "verse"], "argument 'verse' is invalid. Allowed choices are token, word, line,"],
    [["--segment-size", "7"], "is invalid. It must be a whole number from 8 to 1024."],
    [["--segment-size", "8.5"], "is invalid. It must be a whole number from 8 to 1024."],
    [["--seed", "-1"], "is invalid. It must be a whole number of at least 0."],
    [["--protect", ""], "option '--protect <TEXT>' argument '' is invalid. It must not be empty."],
  ])("refuses %j", (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });

  test.each(["0", "-1", "1.5", "NaN", "abc", "", " ", "0x1", "1e", "Infinity", "0,5"])(
    "refuses --rate %j",
    (raw) => {
      const message = `option '-r, --rate <R>' argument '${raw}' is invalid. It must be a number in (0, 1].`;
      expect(() => parse(`--rate=${raw}`)).toThrow(message);
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
