import { describe, expect, it } from "vitest";
import { settingsOf } from "./options.js";
import { PRESETS } from "./settings.js";
import type { CompressOptions } from "./types.js";

const refused = (options: unknown, message: string) =>
  expect(() => settingsOf(options as CompressOptions)).toThrow(
    expect.objectContaining({ code: "invalid-option", message }),
  );

describe("settingsOf", () => {
  it("gives every knob its documented default", () => {
    expect(settingsOf({})).toEqual({
      method: "llmlingua",
      preset: "default",
      sizeOf: "prompt",
      instructionRate: 1,
      questionRate: 1,
      contextLevel: true,
      sentenceLevel: undefined,
      tokenLevel: true,
      budgetFactor: undefined,
      demonstrations: true,
      passages: undefined,
      rank: "auto",
      order: "original",
      contrastive: false,
      dynamicRate: 0,
      iterative: true,
      fixedRate: false,
      segmentSize: 100,
      unit: "word",
      unitScore: "mean",
      tokenScore: "surprisal",
      structure: true,
      restoreSeparators: true,
      protect: [],
      keepCode: true,
      seed: 0,
      wordRules: {},
    });
  });

  it("lets an option win over its preset and a preset over the defaults", () => {
    const settings = settingsOf({ preset: "paper", unit: "line" });
    expect(settings).toMatchObject({ preset: "paper", unit: "line", instructionRate: 0.85 });
  });

  it("takes an option that is undefined for one that is not given", () => {
    expect(settingsOf({ preset: "paper", unit: undefined }).unit).toBe("token");
  });

  it("knows the paper's numbers (§5.1)", () => {
    expect(PRESETS.paper.llmlingua).toEqual({
      instructionRate: 0.85,
      questionRate: 0.9,
      sentenceLevel: false,
      budgetFactor: 2,
      rank: "perplexity",
      unit: "token",
      structure: false,
      demonstrations: false,
      passages: false,
      restoreSeparators: false,
      keepCode: false,
    });
  });

  it.each([
    ["preset", "fast", 'preset is "fast"; it must be one of default, paper, microsoft.'],
    ["preset", "toString", 'preset is "toString"; it must be one of default, paper, microsoft.'],
    ["sizeOf", "all", 'sizeOf is "all"; it must be one of prompt, contexts, compressible.'],
    [
      "rank",
      1,
      "rank is 1; it must be one of auto, perplexity, shortest, recent, original, random, question, question-sentence, question-document, bm25, gzip, or a ranker with score(query, texts).",
    ],
    [
      "unit",
      "char",
      'unit is "char"; it must be one of token, word, phrase, line, sentence, context.',
    ],
    ["unitScore", null, "unitScore is null; it must be one of mean, max, sum."],
    ["tokenScore", "x", 'tokenScore is "x"; it must be one of surprisal, next-surprisal, random.'],
    ["instructionRate", 0, "instructionRate is 0; it must be a number above 0, at most 1."],
    ["instructionRate", "1", 'instructionRate is "1"; it must be a number above 0, at most 1.'],
    ["questionRate", 1.1, "questionRate is 1.1; it must be a number above 0, at most 1."],
    ["questionRate", Number.NaN, "questionRate is NaN; it must be a number above 0, at most 1."],
    ["budgetFactor", 0.9, "budgetFactor is 0.9; it must be a number from 1, at most 1000."],
    [
      "budgetFactor",
      Number.POSITIVE_INFINITY,
      "budgetFactor is Infinity; it must be a number from 1, at most 1000.",
    ],
    ["segmentSize", 7, "segmentSize is 7; it must be a whole number from 8, at most 1024."],
    ["segmentSize", 8.5, "segmentSize is 8.5; it must be a whole number from 8, at most 1024."],
    ["segmentSize", 1025, "segmentSize is 1025; it must be a whole number from 8, at most 1024."],
    ["seed", -1, "seed is -1; it must be a whole number from 0, at most 4294967295."],
    ["contextLevel", 1, "contextLevel is 1; it must be true or false."],
    ["sentenceLevel", "yes", 'sentenceLevel is "yes"; it must be true or false.'],
    ["tokenLevel", null, "tokenLevel is null; it must be true or false."],
    ["iterative", 0, "iterative is 0; it must be true or false."],
    ["fixedRate", "", 'fixedRate is ""; it must be true or false.'],
    ["structure", [], "structure is ; it must be true or false."],
    ["demonstrations", "no", 'demonstrations is "no"; it must be true or false.'],
    ["demonstrations", null, "demonstrations is null; it must be true or false."],
    ["passages", "no", 'passages is "no"; it must be true or false.'],
    ["passages", null, "passages is null; it must be true or false."],
    ["budgetFactor", null, "budgetFactor is null; it must be a number from 1, at most 1000."],
    [
      "rank",
      "longest",
      'rank is "longest"; it must be one of auto, perplexity, shortest, recent, original, random, question, question-sentence, question-document, bm25, gzip, or a ranker with score(query, texts).',
    ],
    ["restoreSeparators", {}, "restoreSeparators is [object Object]; it must be true or false."],
    ["protect", "x", 'protect is "x"; it must be a list of strings, patterns, spans and classes.'],
    [
      "protect",
      [42],
      "protect holds 42 (number); give strings, regular expressions, { start, end } in UTF-16 offsets, or { class } with one of numbers, identifiers, dates, urls, paths, code, negations, quotes, closing-instruction.",
    ],
    ["onProgress", 5, "onProgress is 5; it must be a function."],
    ["signal", 5, "signal is 5; it must be an AbortSignal."],
  ])("names the option, the value and what is allowed: %s = %j", (name, value, message) => {
    refused({ [name]: value }, message);
  });

  it.each(["auto", "perplexity", "shortest", "recent", "original", "random"] as const)(
    "keeps contexts where they are with rank %s, which asks no question",
    (rank) => {
      expect(settingsOf({ rank })).toMatchObject({ rank, order: "original" });
      refused(
        { rank, order: "relevance" },
        `order is "relevance"; it must be "original" where rank is "${rank}".`,
      );
      refused(
        { rank, dynamicRate: 0.3 },
        `dynamicRate is 0.3; it must be 0 where rank is "${rank}".`,
      );
    },
  );

  it("lets methods that score every unit once take no worked examples and no passages", () => {
    for (const method of ["llmlingua2", "selective-context"] as const) {
      for (const name of ["demonstrations", "passages"]) {
        refused(
          { method, [name]: true },
          `method "${method}" does not take ${name}; leave it out.`,
        );
      }
    }
  });

  it("refuses options that are no object", () => {
    refused(undefined, "options is undefined; it must be an object with rate or targetToken.");
    refused(null, "options is null; it must be an object with rate or targetToken.");
    refused(0.5, "options is 0.5; it must be an object with rate or targetToken.");
  });

  it("refuses what it does not know, so that a misspelt option is heard", () => {
    expect(() => settingsOf({ segmentsize: 5 } as CompressOptions)).toThrow(
      /Unknown option "segmentsize"\. Known are .*segmentSize/,
    );
  });
});
