/**
 * A real HTTP server for the tests of services: one handler a test, requests kept.
 *
 * @module
 */
// biome-ignore lint/correctness/noNodejsModules: for tests alone, never built
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: what was sent is what the test looks at
  readonly body: any;
}

export type Handler = (request: ReceivedRequest, response: ServerResponse) => void;

/** Starts a server on a free port; `onEnd` registers what stops it, by default with the test. */
export async function serve(
  handler: Handler,
  onEnd: (stop: () => Promise<void>) => void = onTestFinished,
): Promise<{ readonly url: string; readonly requests: ReceivedRequest[] }> {
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
  onEnd(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** A handler that answers with JSON. */
export const json =
  (answer: (body: ReceivedRequest["body"]) => unknown, status = 200): Handler =>
  ({ body }, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer(body)));
  };

/** Handlers for the first, second … request; the last one stays. */
export function inTurn(...handlers: readonly Handler[]): Handler {
  let turn = 0;
  return (request, response) => handlers[Math.min(turn++, handlers.length - 1)](request, response);
}
