import { describe, expect, test } from "vitest";
import { fakeOutside } from "../../../test/cli-fakes.js";
import { LlmlinguaError } from "../../index.js";
import { run } from "../run.js";
import { withoutPath } from "./open-ranker.js";

const PROMPT = "Boats leave Torvik on Sundays\n\nThe keeper left the lighthouse";
const ASKED = ["compress", "-r", "0.5", "--question", "When?"];

const start = async (args: string[], given: Parameters<typeof fakeOutside>[0] = {}) => {
  const outside = fakeOutside({ stdin: PROMPT, ...given });
  const code = await run(args, outside.context);
  const { calls, rankers } = outside;
  return { code, out: outside.stdout(), err: outside.stderr(), calls, rankers };
};

describe("a ranker from a folder", () => {
  test.each([
    ["--encoder", "encoder dir"],
    ["--reranker", "reranker dir"],
  ])("of %s ranks, and is closed after the work", async (flag, place) => {
    const done = await start([...ASKED, flag, "dir", "--threads", "2"]);
    expect([done.code, done.err]).toEqual([0, ""]);
    expect(done.calls[0].options.rank).toMatchObject({ name: place });
    expect(done.rankers).toEqual([{ place, options: { threads: 2 }, closed: true }]);
    expect(done.calls[0].closed).toBe(true);
  });

  test("is closed after an error", async () => {
    const fail = new LlmlinguaError("ranker-failed", "It broke.");
    const done = await start([...ASKED, "--encoder", "dir"], { fail });
    expect([done.code, done.err]).toEqual([1, "error: It broke.\n"]);
    expect(done.rankers[0].closed).toBe(true);
  });

  test("is closed after Ctrl-C", async () => {
    const stop = new AbortController();
    const running = start([...ASKED, "--reranker", "dir"], { signal: stop.signal, hangs: true });
    setTimeout(() => stop.abort(new Error("enough")), 50);
    const done = await running;
    expect([done.code, done.err, done.calls.length]).toEqual([130, "cancelled\n", 1]);
    expect(done.rankers).toMatchObject([{ closed: true }]);
  });

  test("is not waited for after Ctrl-C, and closed once it is there", async () => {
    const stop = new AbortController();
    let open = () => {};
    const opening = new Promise<void>((resolve) => {
      open = resolve;
    });
    const running = start([...ASKED, "--reranker", "dir"], { signal: stop.signal, opening });
    setTimeout(() => stop.abort(new Error("enough")), 50);
    const done = await running;
    expect([done.code, done.err, done.calls]).toEqual([130, "cancelled\n", []]);
    expect(done.rankers).toEqual([]);
    open();
    await new Promise((resolve) => setTimeout(resolve));
    expect(done.rankers).toMatchObject([{ closed: true }]);
  });
});

describe("a ranker behind a service", () => {
  const env = { LLMLINGUA_RANK_API_KEY: "sk-secret" };

  test("gets its key from the environment, and nobody else sees it", async () => {
    const url = ["--embeddings-url", "https://host/v1", "--rank-model", "small"];
    const done = await start([...ASKED, ...url, "--json", "--verbose"], { env });
    const options = { baseUrl: "https://host/v1", model: "small", apiKey: "sk-secret" };
    expect(done.rankers).toMatchObject([{ place: "embeddings", options, closed: true }]);
    expect(done.calls[0].options.rank).toMatchObject({ name: "embeddings" });
    expect(done.out + done.err).not.toContain("secret");
  });

  test("needs neither key nor, for reranking, a model", async () => {
    const url = ["--rerank-url", "https://host/v1/rerank"];
    const done = await start([...ASKED, ...url], { env: { LLMLINGUA_RANK_API_KEY: "" } });
    expect(done.rankers[0].options).toEqual({ baseUrl: "https://host/v1" });
    const named = await start([...ASKED, ...url, "--rank-model", "m"]);
    expect(named.rankers[0].options).toMatchObject({ model: "m" });
  });

  test("may be given by its whole URL", () => {
    expect(withoutPath("https://h/v1/embeddings", "embeddings")).toBe("https://h/v1");
    expect(withoutPath("https://h/v1/embeddings/?v=1", "embeddings")).toBe("https://h/v1?v=1");
    expect(withoutPath("https://h/rerank/v2", "rerank")).toBe("https://h/rerank/v2");
  });
});

describe("a question", () => {
  test.each([
    ["--method longllmlingua", "--method longllmlingua needs a question, and the prompt has none;"],
    ["--rank bm25", "--rank bm25 needs a question"],
    ["--contrastive", "--contrastive needs a question"],
    ["--encoder dir", "Ranking by embedding needs a question"],
    ["--tagged --method longllmlingua", "give --question TEXT or --question-file FILE."],
    ["--method longllmlingua --rank original", "--method longllmlingua needs a question"],
  ])("is needed by %s", async (flags, message) => {
    const { code, err, calls } = await start(["compress", "-r", "0.5", ...flags.split(" ")]);
    expect([code, calls]).toEqual([2, []]);
    expect(err).toContain(message);
  });

  test("is needed by an automatic rate that keeps it likely", async () => {
    const args = ["compress", "-r", "auto", "--question-loss", "0.1"];
    expect((await start(args)).err).toContain("--question-loss needs a question");
    expect((await start([...args, "--question", "When?"])).code).toBe(0);
  });

  test("cannot come with --json-rules", async () => {
    const args = ["compress", "-r", "1", "--json-rules={}", "--rank", "gzip"];
    const { code, err } = await start(args, { stdin: '{"a": "b"}' });
    expect(code).toBe(2);
    expect(err).toContain("--rank gzip needs a question, and --json-rules has none; leave it out.");
  });

  test("is the user's last text with --messages", async () => {
    const stdin = JSON.stringify(
      ["One two three four five.", "Six seven eight nine ten.", "And so?"].map((content) => ({
        role: "user",
        content,
      })),
    );
    const args = ["compress", "-r", "0.5", "--messages", "--passages", "--rank", "gzip"];
    expect((await start(args, { stdin })).code).toBe(0);
  });

  test("is not needed where nothing looks at it", async () => {
    const blind = ["--method", "longllmlingua", "--rank", "original", "--no-contrastive"];
    expect((await start(["compress", "-r", "0.5", ...blind])).code).toBe(0);
    expect((await start([...ASKED, "--method", "longllmlingua"])).code).toBe(0);
  });
});
