import { describe, expect, test } from "vitest";
import { type OpenAiTargetOptions, openAiTarget } from "./openai.js";
import { failure, type Handler, inTurn, json, KEY, refuse, serve } from "./server-suite.js";

type Wire = { readonly prompt: string; readonly max_tokens: number } & Record<string, unknown>;

/** A server's tokens: words with the space before them, Chinese and emoji by themselves. */
const tokensOf = (text: string) => text.match(/\s?[a-z.]+|\s|[^\sa-z.]/giu) ?? [];

/** −1, −2 …, but for the text with which a target finds out the form: everybody knows how that goes on. */
const logprobOf = (prompt: string, i: number) => (prompt.startsWith("red, green") ? -0.1 : -i);

const usage = { prompt_tokens: 9, completion_tokens: 0 };

/**
 * Echoes with log-probabilities null, −1, −2 …, and refuses to generate other than `only` tokens. As with
 * vLLM one generated token is counted though none was asked for; the offsets are nonsense.
 */
const echo =
  (only: 0 | 1 | undefined, start: readonly string[] = []): Handler =>
  (request, response) => {
    const { prompt, max_tokens, echo, logprobs } = request.body as Wire;
    if (!echo || logprobs !== 1 || (only ?? max_tokens) !== max_tokens)
      return refuse(400)(request, response);
    const tokens = [...start, ...tokensOf(prompt), ...[" and"].slice(0, max_tokens)];
    const token_logprobs = tokens.map((_, i) => (i === 0 ? null : logprobOf(prompt, i)));
    const text = prompt + (max_tokens > 0 ? " and" : "");
    const logs = { tokens, token_logprobs, text_offset: tokens.map(() => 3) };
    const counts = { ...usage, completion_tokens: 1 };
    return json(() => ({ choices: [{ text, logprobs: logs }], usage: counts }))(request, response);
  };

/** vLLM's field: ids in no order, the first place without a log-probability. */
const promptLogprobs: Handler = (request, response) => {
  const { prompt, prompt_logprobs, echo } = request.body as Wire;
  if (echo || prompt_logprobs !== 0) return refuse(400, "no echo")(request, response);
  const list = tokensOf(prompt).map((decoded_token, i) =>
    i === 0 ? null : { [`${900 - i}`]: { logprob: logprobOf(prompt, i), rank: 7, decoded_token } },
  );
  const answer = { choices: [{ text: " x", prompt_logprobs: list }], usage };
  return json(() => answer)(request, response);
};

async function targetOf(handler: Handler, options: object = {}) {
  const { baseUrl, requests } = await serve(handler);
  const all = { baseUrl, model: "m", apiKey: KEY, retries: 0, ...options } as OpenAiTargetOptions;
  const { likelihood } = openAiTarget(all);
  if (likelihood === undefined) return expect.unreachable("it should have likelihoods");
  return { likelihood, requests };
}

describe("a log-likelihood over HTTP", () => {
  test.each<[string, Handler, object, number]>([
    ["an echo", echo(undefined), {}, 1],
    ["an echo with a start token", echo(1, ["<s>"]), {}, 1],
    ["an echo of nothing more", echo(0), {}, 2],
    ["vLLM's field", promptLogprobs, {}, 3],
    ["an echo named by the caller", echo(0), { likelihoodBy: "echo" }, 2],
    ["vLLM's field named by the caller", promptLogprobs, { likelihoodBy: "prompt_logprobs" }, 1],
  ])("is read from %s, which is found out once", async (name, handler, options, probes) => {
    const { likelihood, requests } = await targetOf(handler, options);
    const shift = name.includes("start token") ? 1 : 0;
    const plain = await likelihood("The sky is", " blue.");
    expect(plain).toMatchObject({ nats: -3 - shift, tokens: 1, ms: expect.any(Number) });
    expect(plain.usage).toMatchObject({ promptTokens: 9, cachedTokens: 0 });
    const other = await likelihood("天空 😀", "是蓝色😀!");
    const places = [4, 5, 6, 7, 8].map((place) => place + shift);
    expect(other).toMatchObject({ nats: -places.reduce((a, b) => a + b), tokens: 5 });
    const straddling = await likelihood("The sky is ", "blue.");
    expect(straddling).toMatchObject({ nats: -3 - shift, tokens: 1 });
    expect(requests.length).toBe(probes + 3);
  });

  test("is asked for once by calls at the same time", async () => {
    const { likelihood, requests } = await targetOf(echo(0));
    await Promise.all([likelihood("a", " b"), likelihood("a", " c"), likelihood("a", " d")]);
    expect(requests.length).toBe(2 + 3);
  });

  test("of nothing is 0 and needs no request", async () => {
    const { likelihood, requests } = await targetOf(echo(0));
    expect(await likelihood("a", "")).toMatchObject({ nats: 0, tokens: 0 });
    expect(requests).toEqual([]);
  });

  const answer = (choice: object) => json(() => ({ choices: [choice] }));

  test.each<[string, Handler]>([
    ["refuses all forms", refuse(400, `not supported ${KEY}`)],
    ["says so as an error of its own", refuse(500, "logprobs need logits_all")],
    ["answers without log-probabilities", answer({ text: " yes", logprobs: null })],
    [
      "gives those of its own tokens alone",
      answer({ text: " yes", logprobs: { tokens: [" yes"], token_logprobs: [-1] } }),
    ],
    [
      "generates as much as it can",
      answer({
        text: "The capital of France is Paris. And so on",
        logprobs: { tokens: ["so", " on"], token_logprobs: [-1, -1] },
      }),
    ],
    [
      "gives several tokens for a place",
      answer({ prompt_logprobs: [null, { 1: { logprob: -1 }, 2: { logprob: -2 } }] }),
    ],
    [
      "shows no texts of tokens",
      answer({ prompt_logprobs: [null, { 1: { logprob: -1 } }, { 2: { logprob: -2 } }] }),
    ],
  ])("is none where a server %s, which stays known", async (_, handler) => {
    const { likelihood, requests } = await targetOf(handler);
    const { code, message } = await failure(likelihood("a", " b"));
    expect(code).toBe("target-unfit");
    expect(message).toContain("gives no log-likelihoods");
    expect(message).toContain("echo with max_tokens 0: ");
    await failure(likelihood("a", " b"));
    expect(requests.length).toBe(3);
  });

  test("is looked for again after a failure of another kind", async () => {
    const { likelihood } = await targetOf(inTurn(refuse(401, KEY), echo(1)));
    expect((await failure(likelihood("a", " b"))).code).toBe("target-failed");
    expect(await likelihood("a", " b")).toMatchObject({ nats: -1, tokens: 1 });
  });

  test("fails alone where one prompt is too long", async () => {
    const { likelihood } = await targetOf(inTurn(echo(1), refuse(400, "too long"), echo(1)));
    const { code, message } = await failure(likelihood("a", " b"));
    expect(code).toBe("target-unfit");
    expect(message).toContain("HTTP 400: too long");
    expect((await likelihood("a", " b")).nats).toBe(-1);
  });

  test("says where tokens do not show the end of the prompt", async () => {
    const other = answer({
      text: "a b c",
      logprobs: { tokens: ["A", " B", " c"], token_logprobs: [null, -1, -1] },
    });
    const { likelihood } = await targetOf(inTurn(echo(1), other));
    const { code, message } = await failure(likelihood("a", " b"));
    expect(code).toBe("target-unfit");
    expect(message).toContain("do not show where the prompt ends, or lack a log-probability");
    expect((await failure(likelihood("", "a b"))).code).toBe("target-unfit");
  });

  test("is not looked for where the caller wants none", () => {
    const options = { baseUrl: "http://a.example", model: "m", likelihoodBy: "none" } as const;
    expect(openAiTarget(options).likelihood).toBeUndefined();
  });

  test("ends when its signal fires", async () => {
    const { likelihood } = await targetOf(() => {});
    const { code } = await failure(likelihood("a", " b", AbortSignal.timeout(50)));
    expect(code).toBe("aborted");
  });

  test("is refused of a server that puts log-probabilities beside the wrong tokens", async () => {
    const shifted: Handler = (request, response) => {
      const { prompt } = request.body as Wire;
      const tokens = tokensOf(prompt);
      const token_logprobs = tokens.map((_, i) => (i === 0 ? null : -8.5));
      const logprobs = { tokens, token_logprobs };
      return json(() => ({ choices: [{ text: prompt, logprobs }] }))(request, response);
    };
    const { likelihood } = await targetOf(shifted);
    const { code, message } = await failure(likelihood("a", " b"));
    expect(code).toBe("target-unfit");
    expect(message).toContain("do not belong to the tokens");
  });

  test("is read from an echo that lists the prompt's tokens alone beside a generated one", async () => {
    const bare: Handler = (request, response) => {
      const { prompt, max_tokens } = request.body as Wire;
      if (max_tokens === 0) return refuse(500, "it would generate without end")(request, response);
      const tokens = tokensOf(prompt);
      const token_logprobs = tokens.map((_, i) => (i === 0 ? null : logprobOf(prompt, i)));
      const answer = { choices: [{ text: `${prompt},`, logprobs: { tokens, token_logprobs } }] };
      const counts = { prompt_tokens: tokens.length, completion_tokens: 1 };
      return json(() => ({ ...answer, usage: counts }))(request, response);
    };
    const { likelihood } = await targetOf(bare);
    expect(await likelihood("The sky is", " blue")).toMatchObject({ nats: -3, tokens: 1 });
  });
});
