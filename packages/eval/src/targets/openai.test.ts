import { describe, expect, test, vi } from "vitest";
import { type OpenAiTargetOptions, openAiTarget } from "./openai.js";
import { failure, type Handler, inTurn, json, KEY, refuse, serve } from "./server-suite.js";

type Options = Partial<OpenAiTargetOptions>;

const asked = { maxNewTokens: 16, stop: [] as string[] };

const completion = (text: unknown, finish_reason: unknown = "stop", usage?: object) =>
  json(() => ({ choices: [{ text, finish_reason }], usage }));

const message = (content: unknown) =>
  json(() => ({ choices: [{ message: { role: "assistant", content }, finish_reason: "stop" }] }));

async function targetOf(handler: Handler, options: Options = {}) {
  const { baseUrl, requests } = await serve(handler);
  const all = { baseUrl, model: "m", apiKey: KEY, retries: 0, ...options } as OpenAiTargetOptions;
  return { target: openAiTarget(all), requests, baseUrl };
}

describe("a target over HTTP", () => {
  test("asks greedily and gives text, usage and time", async () => {
    const usage = {
      prompt_tokens: 7,
      completion_tokens: 2,
      prompt_tokens_details: { cached_tokens: 4 },
    };
    const { target, requests, baseUrl } = await targetOf(completion(" 4", "stop", usage));
    const answer = await target.generate("2 + 2 =", { ...asked, stop: ["\n"] });
    expect(answer).toEqual({
      text: " 4",
      finished: true,
      usage: { promptTokens: 7, completionTokens: 2, cachedTokens: 4 },
      ms: expect.any(Number),
    });
    const greedy = { max_tokens: 16, temperature: 0, top_p: 1, seed: 0, stop: ["\n"] };
    expect(requests[0].body).toEqual({ model: "m", prompt: "2 + 2 =", ...greedy });
    expect(requests[0].path).toBe("/v1/completions");
    expect(target).toMatchObject({ name: "m", where: baseUrl });
  });

  test("sends the prompt as a message to a chat model, which has no likelihoods", async () => {
    const { target, requests } = await targetOf(message("Four"), { api: "chat", system: "Sums." });
    expect((await target.generate("2 + 2?", asked)).text).toBe("Four");
    expect(target.likelihood).toBeUndefined();
    expect(requests[0].path).toBe("/v1/chat/completions");
    expect(requests[0].body.messages).toEqual([
      { role: "system", content: "Sums." },
      { role: "user", content: "2 + 2?" },
    ]);
  });

  test("sends a temperature, and messages before the prompt", async () => {
    const { target, requests } = await targetOf(message("Four"), { api: "chat" });
    const history = [
      { role: "system", content: "Sums." },
      { role: "user", content: "1 + 1?" },
      { role: "assistant", content: "Two\ud800" },
    ] as const;
    const { usage } = await target.generate("2 + 2?", { ...asked, temperature: 0.7, history });
    expect(requests[0].body.temperature).toBe(0.7);
    expect(requests[0].body.messages).toEqual([
      ...history.slice(0, 2),
      { role: "assistant", content: "Two\ufffd" },
      { role: "user", content: "2 + 2?" },
    ]);
    expect(usage.promptTokens).toBe(6);
  });

  test.each([-1, 2.1, Number.NaN])("refuses the temperature %s", async (temperature) => {
    const { target, requests } = await targetOf(completion("x"));
    const { code } = await failure(target.generate("p", { ...asked, temperature }));
    expect([code, requests.length]).toEqual(["invalid-option", 0]);
  });

  test("cannot send messages before the prompt to completions", async () => {
    const { target, requests } = await targetOf(completion("x"));
    const history = [{ role: "user", content: "a" }] as const;
    const { code } = await failure(target.generate("p", { ...asked, history }));
    expect([code, requests.length]).toEqual(["target-unfit", 0]);
  });

  test("takes nothing from the environment", async () => {
    vi.stubEnv("OPENAI_API_KEY", KEY);
    vi.stubEnv("OPENAI_ADMIN_KEY", KEY);
    vi.stubEnv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1");
    vi.stubEnv("OPENAI_ORG_ID", KEY);
    vi.stubEnv("OPENAI_CUSTOM_HEADERS", `x-secret: ${KEY}`);
    const { target, requests } = await targetOf(completion("x"), { apiKey: undefined });
    await target.generate("p", asked).finally(() => vi.unstubAllEnvs());
    expect(requests[0].headers.authorization).toBeUndefined();
    expect(JSON.stringify(requests[0].headers)).not.toContain(KEY);
  });

  test("keeps the query of its URL, and shows none of it", async () => {
    const { baseUrl, requests } = await serve(refuse(400, `bad ${KEY}`));
    const target = openAiTarget({ baseUrl: `${baseUrl}/?sig=${KEY}`, model: "m", retries: 0 });
    expect(target.where).toBe(baseUrl);
    expect((await failure(target.generate("p", asked))).message).toContain("bad [hidden]");
    expect(requests[0].path).toBe(`/v1/completions?sig=${KEY}`);
  });

  test("cuts at stop texts itself and sends no more than four", async () => {
    const stop = ["1", "2", "", "3", "4", "END"];
    const { target, requests } = await targetOf(completion("all END this", "length"));
    expect(await target.generate("p", { ...asked, stop })).toMatchObject({
      text: "all ",
      finished: true,
    });
    expect(requests[0].body.stop).toEqual(["1", "2", "3", "4"]);
  });

  test.each([
    ["stop", true],
    ["eos", true],
    ["length", false],
    ["content_filter", false],
  ])("takes an empty text as an answer that ended by %s", async (reason, finished) => {
    const { target } = await targetOf(completion("", reason));
    expect(await target.generate("p", asked)).toMatchObject({ text: "", finished });
  });

  test("estimates the tokens that the server does not say", async () => {
    const count = (text: string) => text.length;
    const { target } = await targetOf(completion("abc", null), { count });
    const { usage, finished } = await target.generate("prompt", asked);
    expect(usage).toEqual({ promptTokens: 6, completionTokens: 3, cachedTokens: 0 });
    expect(finished).toBe(true);
  });

  test.each<[string, Handler, Options?]>([
    ["expected JSON, found: <html>", (_, response) => response.end("<html>")],
    ["expected JSON, found: nothing", (_, response) => response.end()],
    [
      'expected choices, found {"error":"[hidden] is no key"}',
      json(() => ({ error: `${KEY} is no key` })),
    ],
    ["expected choices, found null", json(() => null)],
    ['expected choices, found {"choices":[]}', json(() => ({ choices: [] }))],
    ["expected a text in the first choice", completion(null)],
    ['"content":null', message(null), { api: "chat" }],
  ])("says what came: %s", async (words, handler, options) => {
    const { target } = await targetOf(handler, options);
    const { code, message } = await failure(target.generate("p", asked));
    expect(code).toBe("target-failed");
    expect(message).toContain(words);
  });

  test.each<[string, object]>([
    ["apiKey is empty or holds", { apiKey: `${KEY}\n` }],
    ["begins with file:", { baseUrl: "file:///etc" }],
    ["cannot be read", { baseUrl: "a.example" }],
    ["holds a user name", { baseUrl: `https://me:${KEY}@a.example` }],
    ["timeoutMs is 0", { timeoutMs: 0 }],
    ["retries is 0.5", { retries: 0.5 }],
    ["model is empty", { model: "" }],
    ["api is responses", { api: "responses" }],
    ["likelihoodBy is echo", { api: "chat", likelihoodBy: "echo" }],
  ])("refuses options: %s", async (reason, options) => {
    const all = { baseUrl: "http://a.example", model: "m", ...options } as OpenAiTargetOptions;
    const { code, message } = await failure((async () => openAiTarget(all))());
    expect(code).toBe("invalid-option");
    expect(message).toContain(reason);
  });
});

describe("a server that refuses a field", () => {
  const refusal = (param: string | null, text: string) =>
    json(() => ({ error: { message: text, param, code: "unsupported" } }), 400);

  /** Refuses every field of `refusals` that it is sent. */
  const picky =
    (refusals: Record<string, Handler>): Handler =>
    (request, response) => {
      const name = Object.keys(refusals).find((field) => field in request.body);
      (name === undefined ? message("fine") : refusals[name])(request, response);
    };

  test("is asked without it, and the next time at once", async () => {
    const handler = picky({
      max_tokens: refusal(
        "max_tokens",
        "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      ),
      temperature: refusal("temperature", "'temperature' does not support 0 with this model."),
      seed: json(() => ({ detail: [{ loc: ["body", "seed"], msg: "Extra inputs" }] }), 422),
      top_p: refusal(null, "Unsupported parameter: top_p"),
    });
    const { target, requests } = await targetOf(handler, { api: "chat" });
    expect((await target.generate("p", asked)).text).toBe("fine");
    expect(requests.length).toBe(5);
    await target.generate("p", asked);
    expect(requests.length).toBe(6);
    expect(requests[5].body).toEqual({
      model: "m",
      messages: [{ role: "user", content: "p" }],
      max_completion_tokens: 16,
    });
  });

  test("is not believed where the refusal has another reason", async () => {
    const handler = inTurn(
      refusal("seed", "seed is not supported"),
      refusal(null, "maximum context length is 8 tokens, max_tokens included"),
      completion("fine"),
    );
    const { target, requests } = await targetOf(handler);
    const { message: words } = await failure(target.generate("p", asked));
    expect(words).toContain("HTTP 400");
    expect(words).toContain("maximum context length");
    await target.generate("p", asked);
    expect(requests[2].body.seed).toBe(0);
  });
});
