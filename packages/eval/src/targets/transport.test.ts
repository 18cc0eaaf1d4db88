import { describe, expect, test } from "vitest";
import { type ConnectionOptions, connectionOf } from "./connection.js";
import { retryAfterMs } from "./retry-after.js";
import { failure, type Handler, inTurn, json, KEY, refuse, serve } from "./server-suite.js";
import { postTo } from "./transport.js";

const done = json(() => "done");

/** Posts once; refusals are thrown as a target would. */
async function post(
  baseUrl: string,
  options: Partial<ConnectionOptions> = {},
  signal?: AbortSignal,
): Promise<unknown> {
  const connection = connectionOf({ baseUrl, apiKey: KEY, retries: 0, ...options });
  const reply = await postTo(connection)("/completions", { prompt: "p" }, signal);
  if (!reply.ok) throw reply.error;
  return reply.json;
}

describe("a request to a target", () => {
  test.each<[string, Handler]>([
    ["429 with Retry-After", refuse(429, "", { "retry-after": "0" })],
    ["429 without Retry-After", refuse(429)],
    ["429 with a Retry-After that cannot be read", refuse(429, "", { "retry-after": "soon" })],
    ["503", refuse(503)],
    ["a broken connection", (_, response) => response.destroy()],
  ])("is made again after %s", async (_, handler) => {
    const { baseUrl, requests } = await serve(inTurn(handler, done));
    expect(await post(baseUrl, { retries: 1 })).toBe("done");
    expect(requests.length).toBe(2);
    expect(requests[1].headers.authorization).toBe(`Bearer ${KEY}`);
  });

  test("waits at least as long as the server asks", async () => {
    const { baseUrl } = await serve(inTurn(refuse(429, "", { "retry-after": "1" }), done));
    const start = performance.now();
    await post(baseUrl, { retries: 1 });
    expect(performance.now() - start).toBeGreaterThan(950);
  });

  test("is given up after the retries", async () => {
    const busy = refuse(500, `down, ${KEY}`, { "retry-after": "0" });
    const { baseUrl, requests } = await serve(busy);
    const { code, message } = await failure(post(baseUrl, { retries: 2 }));
    expect(code).toBe("target-failed");
    expect(message).toContain("failed after 3 attempts: HTTP 500: down, [hidden]. Look into");
    expect(requests.length).toBe(3);
  });

  test("is not made again when it is refused, and quotes the server in short", async () => {
    const { baseUrl, requests } = await serve(refuse(401, `no ${KEY} ${"x".repeat(99_999)}`));
    const { message } = await failure(post(baseUrl, { retries: 3 }));
    expect(message).toContain("HTTP 401: no [hidden] xxx");
    expect(message.length).toBeLessThan(500);
    expect(requests.length).toBe(1);
  });

  test("says that nothing answers", async () => {
    const { message } = await failure(post("http://127.0.0.1:1/v1"));
    expect(message).toMatch(/http:\/\/127\.0\.0\.1:1\/v1 failed: .+ Check that the server runs/);
  });

  test("ends at the time limit, whether nothing comes or the body never ends", async () => {
    const hang = await serve(() => {});
    const slow = await serve((_, response) => void response.writeHead(200).write("[1,"));
    for (const { baseUrl } of [hang, slow]) {
      const { code, message } = await failure(post(baseUrl, { timeoutMs: 80 }));
      expect(code).toBe("target-failed");
      expect(message).toContain("did not finish within 80 ms");
    }
  });

  test("is made again after an attempt that took too long", async () => {
    const { baseUrl } = await serve(inTurn(() => {}, done));
    expect(await post(baseUrl, { timeoutMs: 150, retries: 1 })).toBe("done");
  });

  test("ends when its signal fires, while it waits for an answer or for the next attempt", async () => {
    const hang = await serve(() => {});
    const busy = await serve(refuse(429, "", { "retry-after": "2" }));
    for (const { baseUrl, requests } of [hang, busy]) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 60);
      const start = performance.now();
      const { code } = await failure(post(baseUrl, { retries: 3 }, controller.signal));
      expect(code).toBe("aborted");
      expect(performance.now() - start).toBeLessThan(1000);
      expect(requests.length).toBe(1);
    }
    const early = await failure(post(hang.baseUrl, {}, AbortSignal.abort()));
    expect(early.code).toBe("aborted");
    expect(hang.requests.length).toBe(1);
  });

  test("follows no redirect, so another host sees neither key nor prompt", async () => {
    const other = await serve(done);
    for (const status of [301, 302, 307, 308]) {
      const location = `${other.baseUrl}/there?token=${KEY}`;
      const { baseUrl, requests } = await serve(refuse(status, "", { location }));
      const { message } = await failure(post(baseUrl, { retries: 3 }));
      expect(message).toContain(`redirects to ${other.baseUrl}/there, which is not followed`);
      expect(requests.length).toBe(1);
    }
    expect(other.requests).toEqual([]);
  });

  test("stops reading an answer without end", async () => {
    const chunk = Buffer.alloc(1 << 20, "a");
    const { baseUrl } = await serve((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", more);
      more();
    });
    expect((await failure(post(baseUrl))).message).toContain("larger than 64 MiB");
  });

  test("uses the caller's fetch and hides what its errors say", async () => {
    const answer = async () => new Response('"mine"');
    expect(await post("http://a.example", { fetch: answer })).toBe("mine");
    const leaking = async () => {
      throw new Error(`sent ${KEY}`, { cause: new Error(`Bearer ${KEY}`) });
    };
    const { message } = await failure(post("http://a.example", { fetch: leaking }));
    expect(message).toContain("Bearer [hidden]");
  });
});

test("reads how long to wait, and never more than a minute", () => {
  const now = Date.parse("Tue, 03 Mar 2026 10:00:00 GMT");
  const wait = (headers: Record<string, string>) => retryAfterMs(new Headers(headers), now);
  expect(wait({ "retry-after": "2" })).toBe(2000);
  expect(wait({ "retry-after": "Tue, 03 Mar 2026 10:00:07 GMT" })).toBe(7000);
  expect(wait({ "retry-after": "Tue, 03 Mar 2026 09:00:00 GMT" })).toBe(0);
  expect(wait({ "retry-after": "86400" })).toBe(60_000);
  expect(wait({ "retry-after": "9", "retry-after-ms": "250" })).toBe(250);
  expect(wait({ "retry-after": "soon" })).toBeUndefined();
  expect(wait({})).toBeUndefined();
});
