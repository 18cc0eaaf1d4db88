import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { measureDivergence, summaryOf } from "./divergence.js";
import { openAiSampler, type Sampler } from "./sample.js";
import { pairOf, scorersWith } from "./scorers-suite.js";

const KEY = "sk-very-secret-0123456789";
const pairs = ["a", "b", "c"].map((id) => pairOf(id));
const options = {
  template: "plain",
  samples: 7,
  maxNewTokens: 16,
  seed: 5,
  concurrency: 2,
} as const;

/** What a request said. */
type Body = Record<string, unknown>;

async function samplerOf(answer: (body: Body, response: ServerResponse) => void) {
  const bodies: Body[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString());
      bodies.push({ ...body, path: request.url, key: request.headers.authorization });
      answer(body, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  const sampler = openAiSampler({ baseUrl, model: "big", apiKey: KEY, retries: 0 });
  return { sampler, bodies };
}

function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function choice(words: readonly string[], logprob: number) {
  const content = words.map((token) => ({ token, logprob }));
  return {
    choices: [
      { message: { content: words.join("") }, logprobs: { content }, finish_reason: "stop" },
    ],
  };
}

describe("divergence from a target", () => {
  it("draws answers at temperature 1 from the whole distribution, prompts in turn", async () => {
    const { sampler, bodies } = await samplerOf((_, response) =>
      json(response, choice(["Yes", ",", " it", " is"], -0.25)),
    );
    const { summary, records } = await measureDivergence(scorersWith(0.5), sampler, pairs, options);
    expect(bodies).toHaveLength(7);
    expect(bodies[0]).toMatchObject({
      ...{ path: "/v1/chat/completions", key: `Bearer ${KEY}`, model: "big" },
      ...{ temperature: 1, top_p: 1, top_k: 0, min_p: 0, logprobs: true, max_tokens: 16 },
    });
    expect(new Set(bodies.map(({ seed }) => seed))).toEqual(new Set([5, 6, 7, 8, 9, 10, 11]));
    if (!summary.measured) expect.unreachable(summary.why);
    const { value } = summary;
    expect(value).toMatchObject({ samples: 7, prompts: 3, bytes: 7 * 10, leftOut: {} });
    for (const { nats, base, aligned } of records) {
      expect(nats).toBe(-1);
      expect(aligned).toBeCloseTo(0.5 * base, 4);
    }
    const mean = records.reduce((sum, { nats, base }) => sum + nats - base, 0) / 7;
    expect(value.perAnswer.base.mean).toBeCloseTo(mean, 9);
    expect(value.perAnswer.difference.mean).toBeLessThan(0);
    expect(value.perByte.base.mean).toBeCloseTo(mean / 10, 9);
    expect(JSON.stringify([summary, records])).not.toContain(KEY);
  });

  it("asks once more without fields that the server does not know, and remembers", async () => {
    const { sampler, bodies } = await samplerOf((body, response) => {
      if ("top_k" in body) json(response, { error: { message: "Unknown field top_k" } }, 400);
      else json(response, choice(["No"], -1));
    });
    await measureDivergence(scorersWith(1), sampler, pairs, { ...options, concurrency: 1 });
    expect(bodies).toHaveLength(8);
  });

  it("is not measured of a target without log-probabilities", async () => {
    const plain = { choices: [{ message: { content: "Yes" }, finish_reason: "stop" }] };
    const { sampler } = await samplerOf((_, response) => json(response, plain));
    const { summary } = await measureDivergence(scorersWith(1), sampler, pairs, options);
    expect(summary).toEqual({
      measured: false,
      why: "The target big gives no log-probabilities of its answers.",
    });
    const refusing = await samplerOf((_, response) =>
      json(response, { error: { message: "logprobs are not supported" } }, 400),
    );
    const again = await measureDivergence(scorersWith(1), refusing.sampler, pairs, options);
    expect(again.summary.measured).toBe(false);
  });

  it("fails with the target, and shows no key", async () => {
    const { sampler } = await samplerOf((_, response) =>
      response.writeHead(401).end(`wrong key ${KEY}`),
    );
    const failing = measureDivergence(scorersWith(1), sampler, pairs, options);
    const error: Error = await failing.then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error.message).toMatch(/HTTP 401/);
    expect(error.message + error.stack).not.toContain(KEY);
  });

  it("leaves out and counts what cannot be compared", async () => {
    const answers = [
      { why: "empty" },
      { why: "other-text" },
      text("word ".repeat(9000)),
      text("ok"),
    ];
    const sampler: Sampler = {
      ...{ name: "big", where: "here" },
      sample: async (_, { seed }) =>
        answers[(seed - 5) % 4] as Awaited<ReturnType<Sampler["sample"]>>,
    };
    const asked = { ...options, samples: 4 };
    const { summary } = await measureDivergence(scorersWith(1), sampler, pairs, asked);
    expect(summary).toMatchObject({
      measured: true,
      value: { samples: 1, leftOut: { "empty answers": 1, "longer than the scorer reads": 1 } },
    });
  });

  it("is zero for a scorer that is the target", () => {
    const record = { id: "a", seed: 0, text: "Yes", nats: -2, tokens: 1, finished: true };
    const records = ["a", "b"].map((id) => ({ ...record, id, base: -3, aligned: -2 }));
    const { perAnswer } = summaryOf({ name: "t", where: "w" }, records, new Map());
    expect(perAnswer.aligned).toMatchObject({ mean: 0, interval: [0, 0] });
    expect(perAnswer.base.mean).toBe(1);
    expect(perAnswer.difference.mean).toBe(-1);
  });
});

function text(value: string) {
  return { text: value, nats: -1, tokens: 1, finished: true };
}
