import { Command } from "@commander-js/extra-typings";
import { describe, expect, test } from "vitest";
import { type ErrorCode, LlmlinguaError, PROTECT_CLASSES, parseProtect } from "../../index.js";
import { given } from "../args/given.js";
import { UsageError } from "../errors.js";
import { inFlags } from "./flag-names.js";
import { requestOf, withCompression } from "./options.js";
import { progressBar, progressText } from "./progress.js";
import { CLASSES, collectProtect, PROTECT, readProtect } from "./protect.js";

describe("options", () => {
  const parse = (...args: string[]) => {
    const command = withCompression(new Command());
    return requestOf(given(command.parse(args, { from: "user" })));
  };

  test("pass on what was given and nothing else", () => {
    const args = "--rate .3 --no-token-level --sentence-level --fixed-rate --unit word --seed 7";
    const request = parse(...args.split(" "), "--size-of", "contexts", "--threads", "2");
    expect(request.options).toStrictEqual({
      rate: 0.3,
      tokenLevel: false,
      sentenceLevel: true,
      fixedRate: true,
      unit: "word",
      seed: 7,
      sizeOf: "contexts",
    });
    expect(request.settings).toEqual({ threads: 2 });
    expect(parse("-t", "9", "--question", "q")).toEqual({
      input: { question: "q" },
      settings: {},
      rank: {},
      options: { targetToken: 9 },
    });
  });

  test("are called as the library calls them", () => {
    const words = ["--force-token", "\n", "--force-digits", "--drop-consecutive"];
    const method = ["--method", "llmlingua2", "--classifier", "dir", "--token-to-word", "first"];
    const request = parse("-r", "1", ...method, ...words);
    expect(request.options).toStrictEqual({
      method: "llmlingua2",
      rate: 1,
      tokenToWord: "first",
      forceTokens: ["\n"],
      forceReserveDigit: true,
      dropConsecutive: true,
    });
    expect(request.settings).toEqual({ classifier: "dir" });
    const more = "-t 9 --no-contrastive --dynamic-rate 0 --order two-sided --no-keep-code";
    expect(parse(...more.split(" "), "--unit", "phrase", "--size-of", "compressible")).toEqual({
      input: {},
      settings: {},
      rank: {},
      options: {
        targetToken: 9,
        contrastive: false,
        dynamicRate: 0,
        order: "two-sided",
        keepCode: false,
        unit: "phrase",
        sizeOf: "compressible",
      },
    });
    expect(parse("-r", "1", "--contrastive").options.contrastive).toBe(true);
    expect(parse("-r", "1", "--passages").options).toStrictEqual({ rate: 1, passages: true });
  });

  test("say what an automatic rate must keep", () => {
    expect(parse("--rate", "auto").options).toStrictEqual({ rate: "auto" });
    const auto = ["--rate", "auto", "--floor", ".2"];
    expect(parse(...auto, "--information", ".9").options).toStrictEqual({
      rate: "auto",
      auto: { information: 0.9, floor: 0.2 },
    });
    expect(parse(...auto, "--question-loss", "0").options.auto).toEqual({
      questionLoss: 0,
      floor: 0.2,
    });
  });

  test.each([
    ["", "Give --rate R (such as 0.3), --rate auto or --target-token N"],
    [
      "-r .3 --information .9",
      "--information goes with --rate auto, and there is --rate 0.3; give",
    ],
    [
      "-t 9 --question-loss 1",
      "--question-loss goes with --rate auto, and there is --target-token",
    ],
    ["-t 9 --floor .1", "--floor goes with --rate auto"],
    ["-r 1 --method llmlingua2", "--method llmlingua2 needs a classifier: give the folder"],
    [
      "-r 1 --classifier d",
      "--classifier is for --method llmlingua2, and the method is llmlingua;",
    ],
    [
      "-r 1 --rank bm25 --encoder d",
      "--encoder ranks by embedding, and --rank says bm25; leave one",
    ],
    [
      "-r 1 --rank reranker --rerank-url u",
      "--rerank-url ranks by rerank-endpoint, and --rank says",
    ],
    ["-r 1 --rank embedding", "--rank embedding needs --encoder DIR."],
    ["-r 1 --rank reranker", "--rank reranker needs --reranker DIR."],
    ["-r 1 --rank rerank-endpoint", "--rank rerank-endpoint needs --rerank-url URL."],
    ["-r 1 --embeddings-url u", "--embeddings-url needs --rank-model NAME"],
    [
      "-r 1 --rank-model m",
      "--rank-model m is a model of no service: give --embeddings-url URL or",
    ],
  ])("refuse %j", (line, message) => {
    expect(() => parse(...line.split(" ").filter(Boolean))).toThrow(message);
  });

  test("choose the ranker by where it is", () => {
    const rankOf = (line: string) => parse("-r", "1", ...line.split(" ")).rank;
    expect(rankOf("--rank bm25")).toEqual({ name: "bm25" });
    expect(rankOf("--rank question-sentence")).toEqual({ name: "question-sentence" });
    const embedding = { source: { kind: "embedding", folder: "d" } };
    expect(rankOf("--encoder d")).toEqual(embedding);
    expect(rankOf("--encoder d --rank embedding")).toEqual(embedding);
    expect(rankOf("--reranker d")).toEqual({ source: { kind: "reranker", folder: "d" } });
    expect(rankOf("--rerank-url u").source).toEqual({ kind: "rerank-endpoint", url: "u" });
    const service = { kind: "embeddings-endpoint", url: "u", model: "m" };
    expect(rankOf("--embeddings-url u --rank-model m").source).toEqual(service);
  });
});

describe("--protect", () => {
  test("lists every class that there is", () => {
    expect(CLASSES).toEqual(PROTECT_CLASSES.map(({ name }) => `@${name}`));
    for (const name of CLASSES) expect(PROTECT).toContain(name);
  });

  test("is a class, a global regular expression between slashes, or a text", () => {
    const read = (...written: string[]) => readProtect(written, { parseProtect }).protect;
    expect(read("a/b", "/usr")).toEqual(["a/b", "/usr"]);
    expect(read("/\\d+/i", "/x/g")).toEqual([/\d+/gi, /x/g]);
    expect(read("@numbers")).toEqual([{ class: "numbers" }]);
    expect(readProtect(undefined, { parseProtect })).toEqual({});
    expect(() => collectProtect("")).toThrow("It must not be empty");
  });
});

describe("inFlags", () => {
  const said = (message: string, code: ErrorCode = "invalid-option") =>
    inFlags(new LlmlinguaError(code, message));

  test.each([
    ['unitScore is "max"; selective-context takes mean or sum.', "--unit-score is"],
    ['unit is "line"; selective-context takes phrase.', '--unit is "line"'],
    ['method "llmlingua" does not take forceTokens; leave it out.', "take --force-token; leave"],
    ['method "llmlingua" does not take forceReserveDigit; leave', "does not take --force-digits;"],
    ['order is "x"; it must be "original" where rank is "gzip".', 'where --rank is "gzip"'],
    ['method "llmlingua2" does not take passages; leave it out.', "does not take --passages;"],
    ["auto.questionLoss needs a method that reads", "--question-loss needs a method"],
    ['The rule for "targetToken unitScore" is wrong', '"targetToken unitScore" is wrong'],
    ["Cannot use it: apiKey holds a character", "LLMLINGUA_RANK_API_KEY holds"],
    ["Cannot use the order of things; unit by unit", "Cannot use the order of things; unit by"],
  ])("says %j in the words of the command line", (message, expected) => {
    expect(said(message)).toBeInstanceOf(UsageError);
    expect(said(message)).toHaveProperty("message", expect.stringContaining(expected));
  });

  test("leaves failed work as it is", () => {
    const error = new LlmlinguaError("unknown-tokenizer", "unitScore is unknown.");
    expect(inFlags(error)).toBe(error);
    expect(inFlags("nothing")).toBe("nothing");
    const prompt = said("Cannot read messages[0].toolCalls", "invalid-prompt");
    expect(prompt).toMatchObject({ name: "UsageError", message: /toolCalls/ });
  });
});

describe("progress bar", () => {
  const bar = (isTTY: boolean) => {
    const written: string[] = [];
    const clock = { now: 0 };
    const output = { write: (text: string) => written.push(text), isTTY };
    return { written, clock, ...progressBar(output, () => clock.now) };
  };
  const half = { stage: "fine", done: 1200, total: 2400 } as const;

  test("shows share and tokens", () => {
    expect(progressText(half)).toBe(
      "picking tokens    [############------------]  50 %  1200 / 2400 tokens",
    );
    expect(progressText({ ...half, stage: "rank" })).toContain("ranking contexts  [####");
    expect(progressText({ ...half, done: 9, total: 0 })).toContain("  0 %");
  });

  test("stays away from work of less than a second, and from files", () => {
    const quick = bar(true);
    quick.clock.now = 999;
    quick.update(half);
    quick.clear();
    const file = bar(false);
    file.clock.now = 5000;
    file.update(half);
    file.clear();
    expect([...quick.written, ...file.written]).toEqual([]);
  });

  test("is drawn at most ten times a second and taken away", () => {
    const { written, clock, update, clear } = bar(true);
    for (clock.now = 1000; clock.now < 2000; clock.now += 10) update(half);
    expect(written).toHaveLength(10);
    clear();
    expect(written.at(-1)).toBe("\r\u001b[K");
  });
});
