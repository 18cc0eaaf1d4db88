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
    expect(parse("--no-passages").values.passages).toBe(false);
    expect(parse("--passages").values.passages).toBe(true);
    expect(parse().values).not.toHaveProperty("passages");
  });

  test("reads a rate that the text decides", () => {
    expect(parse("--rate", "auto", "--floor", ".2").values).toEqual({ rate: "auto", floor: 0.2 });
    expect(() => parse("--rate", "Auto")).toThrow("It must be a number in (0, 1], or auto.");
  });

  test("collects rates of roles and forced texts", () => {
    const args = ["--role-rate", "tool=0.3", "--role-rate=user=1", "--force-token", "\\n"];
    expect(parse(...args, "--force-token", "?").values).toEqual({
      roleRate: { tool: 0.3, user: 1 },
      forceToken: ["\\n", "?"],
    });
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
    [["--unit", "verse"], "argument 'verse' is invalid. Allowed choices are token, word, phrase,"],
    [["--segment-size", "7"], "is invalid. It must be a whole number from 8 to 1024."],
    [["--segment-size", "8.5"], "is invalid. It must be a whole number from 8 to 1024."],
    [["--seed", "-1"], "is invalid. It must be a whole number of at least 0."],
    [
      ["--protect", ""],
      "option '--protect <TEXT>' argument '' is invalid. It must not be empty: give",
    ],
    [
      ["--method", "llmlingua3"],
      "Allowed choices are llmlingua, longllmlingua, llmlingua2, selective",
    ],
    [
      ["--rank", "cosine"],
      "bm25, gzip, embedding, reranker, embeddings-endpoint, rerank-endpoint.",
    ],
    [["--dynamic-rate", "2"], "is invalid. It must be a number from 0 to 1."],
    [["--information", "0"], "is invalid. It must be a number in (0, 1]."],
    [["--question-loss", "-1"], "is invalid. It must be a number of at least 0."],
    [["--information", "1", "--question-loss", "1"], "cannot be used with option '--question-loss"],
    [["--role-rate", "tool"], "It must be ROLE=R, such as tool=0.3; roles are system, developer,"],
    [["--role-rate", "robot=0.3"], "It must be ROLE=R, such as tool=0.3"],
    [["--role-rate", "tool=2"], "argument 'tool=2' is invalid. It must be a number in (0, 1]."],
    [["--role-rate", "user=1", "--role-rate", "user=.5"], "user was given before."],
    [["--keep-last", "1.5"], "is invalid. It must be a whole number of at least 0."],
    [["--messages", "--tagged"], "option '--tagged' cannot be used with option '--messages'"],
    [["--json-rules", "{}", "--messages"], "cannot be used with option '--messages'"],
    [["--json-rules", "{}", "--question", "q"], "cannot be used with option '--question <TEXT>'"],
    [["--messages", "--instruction", "i"], "cannot be used with option '--instruction <TEXT>'"],
    [["--tagged", "--context", "c"], "'--tagged' cannot be used with option '--context <FILE>'"],
    [["--messages", "--format", "json"], "cannot be used with option '--format <NAME>'"],
    [["--encoder", "a", "--reranker", "b"], "cannot be used with option '--reranker <DIR>'"],
    [["--rerank-url", "a", "--embeddings-url", "b"], "cannot be used with option '--rerank-url"],
    [["--token-to-word", "last"], "Allowed choices are mean, first."],
    [["--size-of", "all"], "Allowed choices are prompt, contexts, compressible."],
  ])("refuses %j", (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });

  test.each(["0", "-1", "1.5", "NaN", "abc", "", " ", "0x1", "1e", "Infinity", "0,5"])(
    "refuses --rate %j",
    (raw) => {
      const message = `option '-r, --rate <R>' argument '${raw}' is invalid. It must be a number in (0, 1], or auto.`;
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
