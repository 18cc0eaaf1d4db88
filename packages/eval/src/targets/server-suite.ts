/**
 * A real HTTP server for the tests of targets: one handler a test, requests kept.
 *
 * @module
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished } from "vitest";

export const KEY = "sk-very-secret-0123456789";

export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: what was sent is what the test looks at
  readonly body: any;
}

export type Handler = (request: ReceivedRequest, response: ServerResponse) => void;

/** Starts a server on a free port that stops with the test. */
export async function serve(
  handler: Handler,
): Promise<{ readonly baseUrl: string; readonly requests: ReceivedRequest[] }> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((incoming, response) => {
    let text = "";
    incoming.setEncoding("utf8");
    incoming.on("data", (chunk: string) => {
      text += chunk;
    });
    incoming.on("end", () => {
      const body = text === "" ? undefined : JSON.parse(text);
      const request = { path: incoming.url ?? "", headers: incoming.headers, body };
      requests.push(request);
      handler(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}/v1`, requests };
}

/** A handler that answers with JSON. */
export const json =
  (answer: (body: ReceivedRequest["body"]) => unknown, status = 200): Handler =>
  ({ body }, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer(body)));
  };

/** A handler that refuses. */
export const refuse =
  (status: number, words = "busy", headers: Record<string, string> = {}): Handler =>
  (_, response) => {
    response.writeHead(status, headers).end(words);
  };

/** Handlers for the first, second … request; the last one stays. */
export function inTurn(...handlers: readonly Handler[]): Handler {
  let turn = 0;
  return (request, response) => handlers[Math.min(turn++, handlers.length - 1)](request, response);
}

/** What a failing call says; the key may be nowhere in it. */
export async function failure(
  call: Promise<unknown>,
): Promise<{ readonly code: string; readonly message: string }> {
  const error = await call.then(
    () => expect.unreachable("the call should have failed"),
    (reason: unknown) => reason as Error & { code: string },
  );
  const everything = [error.message, error.stack, String(error.cause), JSON.stringify(error)];
  expect(everything.join("\n")).not.toContain(KEY);
  return error;
}
