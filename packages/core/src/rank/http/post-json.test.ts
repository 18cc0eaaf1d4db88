import { describe, expect, test } from "vitest";
import { createEndpoint, type EndpointOptions } from "./endpoint.js";
import { postJson } from "./post-json.js";
import { inTurn, json, serve } from "./server-suite.js";

const KEY = "sk-very-secret-0123456789";

const post = (url: string, options: EndpointOptions = {}, signal?: AbortSignal) =>
  postJson(
    createEndpoint({ what: "the test endpoint", url }, { apiKey: KEY, retries: 0, ...options }),
    { question: "why?" },
    signal,
  );

/** What a failing call says, all of it: message, causes, stack. */
async function failure(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await call.then(
    () => expect.unreachable("the call should have failed"),
    (reason: unknown) => reason as Error & { code: string },
  );
  const everything = [error.message, error.stack, String(error.cause), JSON.stringify(error)];
  expect(everything.join("\n")).not.toContain(KEY);
  return error;
}

describe("a request", () => {
  test("carries the key, the headers and the body", async () => {
    const { url, requests } = await serve(json(() => ({ fine: true })));
    expect(await post(url, { headers: { "x-team": "blue" } })).toEqual({ fine: true });
    expect(requests[0]).toMatchObject({
      headers: {
        authorization: `Bearer ${KEY}`,
        "content-type": "application/json",
        "x-team": "blue",
      },
      body: { question: "why?" },
    });
  });

  test("goes without a key when there is none", async () => {
    const { url, requests } = await serve(json(() => 1));
    await post(url, { apiKey: undefined });
    expect(requests[0].headers.authorization).toBeUndefined();
  });

  test("is made again after 429 and 503, as soon as the service allows", async () => {
    const busy = (status: number) =>
      inTurn((_, response) => response.writeHead(status, { "retry-after": "0" }).end("busy"));
    const { url, requests } = await serve(
      inTurn(
        busy(429),
        busy(503),
        json(() => "done"),
      ),
    );
    expect(await post(url, { retries: 2 })).toBe("done");
    expect(requests.length).toBe(3);
  });

  test("is given up after the retries, saying how many attempts were made", async () => {
    const { url, requests } = await serve((_, response) =>
      response.writeHead(429, { "retry-after": "0" }).end("too fast"),
    );
    const { code, message } = await failure(post(url, { retries: 1 }));
    expect(code).toBe("ranker-failed");
    expect(message).toContain("after 2 attempts: HTTP 429: too fast");
    expect(requests.length).toBe(2);
  });

  test("is made again when the connection breaks", async () => {
    const { url } = await serve(
      inTurn(
        (_, response) => response.destroy(),
        json(() => "done"),
      ),
    );
    expect(await post(url, { retries: 1 })).toBe("done");
  });

  test("is not made again when the service refuses it, and quotes the service in short", async () => {
    const { url, requests } = await serve((_, response) =>
      response.writeHead(401).end(`wrong key ${KEY},\n ${"x".repeat(100_000)}`),
    );
    const { message } = await failure(post(url, { retries: 3 }));
    expect(message).toContain("HTTP 401: wrong key [hidden], xxx");
    expect(message.length).toBeLessThan(500);
    expect(requests.length).toBe(1);
  });

  test("ends at the time limit, whether nothing comes or the body never ends", async () => {
    const hang = await serve(() => {});
    const slow = await serve((_, response) => void response.writeHead(200).write("[1,"));
    for (const { url } of [hang, slow]) {
      const { code, message } = await failure(post(url, { timeoutMs: 80, retries: 3 }));
      expect(code).toBe("ranker-failed");
      expect(message).toContain("did not finish within 80 ms");
    }
  });

  test("waits for an answer that is slow but in time", async () => {
    const { url } = await serve((request, response) => {
      setTimeout(() => json(() => "late")(request, response), 60);
    });
    expect(await post(url, { timeoutMs: 5000 })).toBe("late");
  });

  test("ends when its signal fires, while it waits for an answer or for the next attempt", async () => {
    const hang = await serve(() => {});
    const busy = await serve((_, response) =>
      response.writeHead(429, { "retry-after": "20" }).end(),
    );
    for (const { url } of [hang, busy]) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 60);
      const start = performance.now();
      const { code } = await failure(post(url, { retries: 3 }, controller.signal));
      expect(code).toBe("aborted");
      expect(performance.now() - start).toBeLessThan(5000);
    }
  });

  test("says what came instead of JSON", async () => {
    const { url } = await serve((_, response) => response.end("<html>Sign in</html>"));
    const { message } = await failure(post(url));
    expect(message).toContain("expected JSON, found: <html>Sign in</html>");
  });

  test("stops reading an answer without end", async () => {
    const chunk = Buffer.alloc(1 << 20, "a");
    const { url } = await serve((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", more);
      more();
    });
    const { message } = await failure(post(url));
    expect(message).toContain("larger than 64 MiB");
  });

  test("follows no redirect, so another host sees neither key nor text", async () => {
    const other = await serve(json(() => "stolen"));
    for (const status of [301, 302, 307, 308]) {
      const { url } = await serve((_, response) =>
        response.writeHead(status, { location: `${other.url}/there?token=${KEY}` }).end(),
      );
      const { message } = await failure(post(url, { retries: 3 }));
      expect(message).toContain(`redirects to ${other.url}/there, which is not followed`);
    }
    expect(other.requests).toEqual([]);
  });

  test("says why no connection was made, without the query of its URL", async () => {
    const { message } = await failure(post(`http://127.0.0.1:1/v1?key=${KEY}`));
    expect(message).toMatch(/the test endpoint http:\/\/127\.0\.0\.1:1\/v1 failed: fetch failed/);
  });

  test("uses the caller's fetch, keeps its time limit and hides what its errors say", async () => {
    const answer = async () => new Response('"mine"');
    expect(await post("http://a.example/", { fetch: answer })).toBe("mine");
    const strict = async function (this: unknown) {
      return Response.json(this === undefined);
    };
    expect(await post("http://a.example/", { fetch: strict })).toBe(true);
    const deaf = () => new Promise<Response>(() => {});
    const late = await failure(post("http://a.example/", { fetch: deaf, timeoutMs: 30 }));
    expect(late.message).toContain("did not finish within 30 ms");
    const leaking = async () => {
      throw new Error(`sent ${KEY}`, { cause: new Error(`Bearer ${KEY}`) });
    };
    const { message } = await failure(post("http://a.example/", { fetch: leaking }));
    expect(message).toContain("sent [hidden]: Bearer [hidden]");
  });
});

describe("an endpoint", () => {
  test.each([
    ["ftp://a.example/", {}, "begins with ftp:"],
    ["file:///etc/passwd", {}, "begins with file:"],
    ["a.example/v1", {}, "cannot be read"],
    [`https://user:${KEY}@a.example/`, {}, "holds a user name or password"],
    ["https://a.example/", { apiKey: `${KEY}\n${KEY}` }, "apiKey holds a character"],
    ["https://a.example/", { apiKey: `${KEY}\u{1f511}` }, "apiKey holds a character"],
    ["https://a.example/", { headers: { "x-key": `${KEY}\n${KEY}` } }, 'the header "x-key" holds'],
    ["https://a.example/", { timeoutMs: 0 }, "timeoutMs is 0"],
    ["https://a.example/", { retries: -1 }, "retries is -1"],
    ["https://a.example/", { retries: Number.NaN }, "retries is NaN"],
  ])("refuses %s with %o", async (url, options, reason) => {
    const { code, message } = await failure((async () => post(url, options))());
    expect(code).toBe("invalid-option");
    expect(message).toContain(reason);
  });

  test("puts its path before the query", () => {
    const { url } = createEndpoint(
      { what: "x", url: "https://a.example/v1/?api-version=2", path: "/embeddings" },
      {},
    );
    expect(url.href).toBe("https://a.example/v1/embeddings?api-version=2");
  });
});
