import { createHashScorer, LlmlinguaError, type TokenScorer } from "@llmlingua/core";
import { loadScorer } from "@llmlingua/core/onnx";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { compress } from "./compress.js";
import { createCompressor } from "./compressor.js";

vi.mock("@llmlingua/core/onnx", () => ({ loadScorer: vi.fn() }));

const TEXT = "One two three four five six seven eight nine ten eleven twelve. ".repeat(4);

/** What was loaded and closed, by folder name. */
const log: string[] = [];
/** Waits here before a load ends. */
let loadTime: Promise<void> = Promise.resolve();

vi.mocked(loadScorer).mockImplementation(async (directory) => {
  const name = String(directory).split("/").at(-1) ?? "";
  await loadTime;
  log.push(`load ${name}`);
  const scorer = createHashScorer();
  return {
    ...scorer,
    async close() {
      log.push(`close ${name}`);
      await scorer.close();
    },
  };
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
/** Makes loads wait; call the result to let them end. */
function holdLoads(): () => void {
  let open = () => {};
  loadTime = new Promise((resolve) => {
    open = resolve;
  });
  return open;
}

beforeEach(async () => {
  loadTime = Promise.resolve();
  // Each test has a model of its own: what the one before left is closed here.
  await compress(TEXT, { rate: 0.5, model: `/models/of-test-${log.length}` });
  await settled();
  log.length = 0;
});

describe("compress", () => {
  test("shares one model between calls with different tokenizers", async () => {
    const own = { name: "letters", count: (text: string) => text.length };
    const model = "/models/a";
    for (const tokenizer of ["cl100k_base", "r50k_base", own, "cl100k_base", { ...own }]) {
      await compress(TEXT, { rate: 0.5, model, tokenizer });
    }
    await compress(TEXT, { rate: 0.5, model: new URL("file:///models/a") });
    await Promise.all([1, 2].map(() => compress(TEXT, { rate: 0.5, model: "/models/b/../a" })));
    expect(log.filter((line) => line.startsWith("load"))).toEqual(["load a"]);
  });

  test("keeps one model: what is replaced is closed when its jobs are done", async () => {
    const model = "/models/a";
    const onProgress = vi.fn();
    const slow = compress(TEXT, { rate: 0.5, model, segmentSize: 8, onProgress });
    await vi.waitFor(() => expect(onProgress).toHaveBeenCalled());
    await compress(TEXT, { rate: 0.5, model: "/models/b" });
    expect((await slow).scorer).toBe("hash");
    await compress(TEXT, { rate: 0.5, model });
    await compress(TEXT, { rate: 0.5, model, threads: 2 });
    await settled();
    const loads = log.filter((line) => line.startsWith("load")).slice(-3);
    expect(loads).toEqual(["load b", "load a", "load a"]);
    expect(log.filter((line) => /^close [ab]$/.test(line)).sort()).toEqual([
      "close a",
      "close a",
      "close b",
    ]);
  });

  test("neither loads nor replaces a model for what is refused or fits as it is", async () => {
    const model = "/models/c";
    await expect(compress(TEXT, { rate: 2, model })).rejects.toMatchObject({
      code: "invalid-option",
    });
    await expect(compress(null as unknown as string, { rate: 1, model })).rejects.toMatchObject({
      code: "invalid-prompt",
    });
    expect(await compress(TEXT, { rate: 1, model })).toMatchObject({ text: TEXT, scorer: "none" });
    expect(log).toEqual([]);
  });

  test("loads again after the scorer died", async () => {
    const death = new LlmlinguaError("scorer-failed", "The thread ended.");
    vi.mocked(loadScorer).mockImplementationOnce(async () => ({
      ...createHashScorer(),
      score: () => Promise.reject(death),
    }));
    const model = "/models/d";
    await expect(compress(TEXT, { rate: 0.5, model })).rejects.toMatchObject({
      code: "scorer-failed",
    });
    expect((await compress(TEXT, { rate: 0.5, model })).text.length).toBeGreaterThan(0);
    expect(log).toContain("load d");
  });
});

describe("a compressor", () => {
  test("that is closed while its model loads ends its jobs and leaves no model behind", async () => {
    const open = holdLoads();
    const compressor = createCompressor({ model: "/models/e" });
    const job = compressor.compress(TEXT, { rate: 0.5 });
    await vi.waitFor(() => expect(loadScorer).toHaveBeenLastCalledWith("/models/e", {}));
    const closed = compressor.close();
    // Long enough for an unhandled rejection to end the process.
    await settled();
    open();
    await closed;
    await expect(job).rejects.toMatchObject({ code: "closed" });
    expect(log).toEqual(["load e", "close e"]);
  });

  test("that is closed before its model loads loads none", async () => {
    const compressor = createCompressor({ model: "/models/f" });
    const job = compressor.compress(TEXT, { rate: 0.5 });
    await compressor.close();
    await expect(job).rejects.toMatchObject({ code: "closed" });
    await settled();
    expect(log).toEqual([]);
    for (const late of [compressor.compress(TEXT, { rate: 1 }), compressor.count("x")]) {
      await expect(late).rejects.toMatchObject({ code: "closed" });
    }
  });

  test("that is closed ends jobs on a scorer that is not its own, which stays open", async () => {
    const closeScorer = vi.fn();
    let scored = () => {};
    const scoring = new Promise<void>((resolve) => {
      scored = resolve;
    });
    const scorer: TokenScorer = {
      ...createHashScorer(),
      score: () => {
        scored();
        return new Promise(() => {});
      },
      close: closeScorer,
    };
    const compressor = createCompressor({ scorer });
    const job = compressor.compress(TEXT, { rate: 0.5 });
    await scoring;
    await compressor.close();
    await expect(job).rejects.toMatchObject({ code: "closed" });
    expect(closeScorer).not.toHaveBeenCalled();
  });

  test("is told of a signal while its model loads, and hands its reason on", async () => {
    const open = holdLoads();
    const compressor = createCompressor({ model: "/models/g" });
    const stop = new AbortController();
    const job = compressor.compress(TEXT, { rate: 0.5, signal: stop.signal });
    const reason = new Error("enough");
    setTimeout(() => stop.abort(reason), 10);
    await expect(job).rejects.toMatchObject({ code: "aborted", cause: reason });
    open();
    expect((await compressor.compress(TEXT, { rate: 0.5 })).text.length).toBeGreaterThan(0);
    await compressor.close();
    expect(log).toEqual(["load g", "close g"]);
  });

  test.each([
    ["a Tokenizer", createHashScorer().tokenizer],
    ["null", null],
    ["a number", 7],
  ])("says what is wrong with %s as tokenizer", async (_name, tokenizer) => {
    const wrong = { tokenizer } as unknown as { tokenizer: string };
    const expected = expect.objectContaining({
      code: "invalid-option",
      message: expect.stringMatching(/^tokenizer is .+ a counter with count\(text\)\./),
    });
    expect(() => createCompressor(wrong)).toThrow(expected);
    await expect(compress(TEXT, { rate: 0.5, ...wrong })).rejects.toEqual(expected);
  });

  test("refuses bad options before it listens to their signal", async () => {
    const compressor = createCompressor();
    const bad = [undefined, { rate: 0.5, signal: 7 }, { rate: 0.5, preset: "fast" }];
    for (const options of bad) {
      const job = compressor.compress(TEXT, options as { rate: number });
      await expect(job).rejects.toMatchObject({ code: "invalid-option" });
    }
    expect(log).toEqual([]);
  });
});
