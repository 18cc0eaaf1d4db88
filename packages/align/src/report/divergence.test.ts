import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { measureDivergence, summaryOf } from "./divergence.js";
import { createMoney } from "./money.js";
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
  count: (text: string) => text.length,
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

function choice(words: readonly string[], logprob: number, end?: number) {
  const said = words.map((token) => ({ token, logprob }));
  const content = end === undefined ? said : [...said, { token: "<|im_end|>", logprob: end }];
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
      value: {
        samples: 1,
        ends: "left out",
        leftOut: { "empty answers": 1, "longer than the scorer reads": 1 },
      },
    });
  });

  it("is zero for a scorer that is the target", () => {
    const records = ["a", "b"].map((id) => recordOf(id, id));
    const { perAnswer, ends } = summaryOf({ name: "t", where: "w" }, records, new Map());
    expect(ends).toBe("scored");
    expect(perAnswer.aligned).toMatchObject({ mean: 0, interval: [0, 0] });
    expect(perAnswer.base.mean).toBe(1);
    expect(perAnswer.difference.mean).toBe(-1);
  });

  it("scores ends where the target lists them, under both scorers too", async () => {
    const words = ["Yes", ",", " it", " is"];
    const measured = async (end?: number) => {
      const { sampler } = await samplerOf((_, reply) => json(reply, choice(words, -0.25, end)));
      const { summary, records } = await measureDivergence(scorersWith(1), sampler, pairs, options);
      if (!summary.measured) expect.unreachable(summary.why);
      return { value: summary.value, first: records[0] };
    };
    const [without, whole] = [await measured(), await measured(-2)];
    expect([without.value.ends, whole.value.ends]).toEqual(["left out", "scored"]);
    expect(without.first).not.toHaveProperty("end");
    expect(whole.first).toMatchObject({ nats: -1, end: -2 });
    // The scorer's own end has a price as well.
    expect(whole.first.base).toBeLessThan(without.first.base);
    const { nats, end = 0, base } = whole.first;
    expect(whole.value.perAnswer.base.mean).toBeCloseTo(nats + end - base, 1);
  });

  it("leaves all ends out where one finished answer has none, but minds no answer that was cut", async () => {
    const ended = { ...text("Yes"), end: -1 };
    const endsOf = async (...answers: readonly object[]) => {
      const sampler: Sampler = {
        ...{ name: "big", where: "here" },
        sample: async (_, { seed }) => answers[(seed - 5) % answers.length] as typeof ended,
      };
      const { summary, records } = await measureDivergence(scorersWith(1), sampler, pairs, options);
      return [summary.measured && summary.value.ends, records.filter(({ end }) => end).length];
    };
    expect(await endsOf(ended, text("No"))).toEqual(["left out", 0]);
    expect(await endsOf(ended, { ...text("No"), finished: false })).toEqual(["scored", 4]);
  });

  it("is resampled by groups of prompts", () => {
    const records = Array.from({ length: 40 }, (_, i) =>
      recordOf(`${i}`, `${i % 4}`, -3 - (i % 4)),
    );
    const apart = records.map((record) => ({ ...record, group: record.id }));
    const [grouped, single] = [records, apart].map((given) =>
      summaryOf({ name: "t", where: "w" }, given, new Map()),
    );
    expect(grouped).toMatchObject({ prompts: 40, groups: 4 });
    expect(single).toMatchObject({ prompts: 40, groups: 40 });
    const [wide, narrow] = [grouped, single].map(({ perAnswer: { base } }) => {
      const [low, high] = base.interval ?? [0, 0];
      return high - low;
    });
    expect(wide).toBeGreaterThan(narrow);
  });

  it("asks again what was under way as another request found out about unknown fields", async () => {
    let refuseFirst: (() => void) | undefined;
    const { sampler, bodies } = await samplerOf((body, response) => {
      const refuse = () => json(response, { error: { message: "Unknown field top_k" } }, 400);
      if (!("top_k" in body)) {
        json(response, choice(["No"], -1));
        // Refused only once the other request has been asked again and answered.
        setTimeout(() => refuseFirst?.(), 50);
      } else if (refuseFirst === undefined) {
        refuseFirst = () => {
          refuseFirst = () => undefined;
          refuse();
        };
      } else refuse();
    });
    const asked = { ...options, samples: 2 };
    const { summary } = await measureDivergence(scorersWith(1), sampler, pairs, asked);
    expect(summary).toMatchObject({ measured: true, value: { samples: 2 } });
    expect(bodies).toHaveLength(4);
  });

  it("ends at the spending cap, says so, and books what was spent", async () => {
    const usage = { promptTokens: 10, completionTokens: 5, cachedTokens: 0 };
    const sampler: Sampler = {
      ...{ name: "big", where: "here" },
      sample: async () => ({ ...text("Yes"), usage }),
    };
    const drawn = async (cap: number) => {
      const money = createMoney({ input: 1e6, output: 1e6 }, cap);
      const asked = { ...options, money, concurrency: 1 };
      const { summary, records } = await measureDivergence(scorersWith(1), sampler, pairs, asked);
      return { summary, records, money };
    };
    // One may cost 1.5 × (6 + 8) + 16 = 37 and costs 15: 30 + 37 would be more than 66.
    const some = await drawn(66);
    expect(some.summary).toMatchObject({
      value: { samples: 2, leftOut: { "not drawn, for the spending cap was reached": 5 } },
    });
    expect([some.money.spent, some.money.left(), some.money.isReached]).toEqual([30, 36, true]);
    expect(JSON.stringify(some.records)).not.toContain("usage");
    const nothing = await drawn(1);
    expect(nothing.summary).toMatchObject({ measured: false, why: /cap was reached/ as never });
  });
});

/** An answer of 2 nats under the target, 0.5 of them its end. */
function recordOf(id: string, group: string, base = -3, aligned = -2) {
  const said = { text: "Yes", nats: -1.5, end: -0.5, tokens: 1, finished: true };
  return { ...said, id, group, seed: 0, base, aligned };
}

function text(value: string) {
  return { text: value, nats: -1, tokens: 1, finished: true };
}
