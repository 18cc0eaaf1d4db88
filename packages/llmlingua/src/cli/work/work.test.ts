import { Command } from "@commander-js/extra-typings";
import { describe, expect, test } from "vitest";
import { given } from "../args/given.js";
import { requestOf, withCompression } from "./options.js";
import { progressBar, progressText } from "./progress.js";
import { collectProtect } from "./protect.js";

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
      options: { targetToken: 9 },
    });
  });

  test("need a size", () => {
    expect(() => requestOf({})).toThrow("Give --rate R (such as 0.3) or --target-token N");
  });
});

describe("--protect", () => {
  test("is a text, or a global regular expression between slashes", () => {
    expect(collectProtect("a/b")).toEqual(["a/b"]);
    expect(collectProtect("/usr", ["a"])).toEqual(["a", "/usr"]);
    expect(collectProtect("/\\d+/i")).toEqual([/\d+/gi]);
    expect(collectProtect("/x/g")).toEqual([/x/g]);
  });

  test("says what is wrong with an expression", () => {
    expect(() => collectProtect("/(/")).toThrow("Invalid regular expression: /(/");
    expect(() => collectProtect("/a/zz")).toThrow("Invalid flags");
    expect(() => collectProtect("")).toThrow("It must not be empty.");
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
