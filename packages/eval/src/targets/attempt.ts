/**
 * One attempt of a request, in the place of `fetch` under the SDK: bounded, on one host, with nothing
 * sent but what was asked for.
 *
 * @module
 */
import type { Connection } from "./connection.js";
import { retryAfterMs } from "./retry-after.js";

/** What an attempt brought. */
export interface Attempt {
  readonly text: string;
  /** False where the body was larger than is read. */
  readonly whole: boolean;
  /** Where a redirect leads to, as the server says it. */
  readonly location: string | null;
  readonly ms: number;
}

/** Largest answer read, in bytes: the log-probabilities of some 500,000 tokens. */
export const MOST_BYTES = 64 * 2 ** 20;

/** Bytes read of an answer that is only quoted in an error. */
const QUOTED_BYTES = 4096;

/**
 * A `fetch` for the SDK. It reads the body, so that the SDK's time limit covers it too, follows no
 * redirect, sends no header but the key and the type (the SDK's own and those of `OPENAI_CUSTOM_HEADERS`
 * stay behind), and bounds the wait that a server asks for.
 *
 * @param seen - where each attempt is kept, by the headers that the SDK hands on with answers and errors
 */
export function attemptWith(
  { apiKey, fetch: send }: Connection,
  seen: WeakMap<Headers, Attempt>,
): typeof fetch {
  return async (url, init) => {
    const headers = new Headers({ accept: "application/json", "content-type": "application/json" });
    if (apiKey !== undefined) headers.set("authorization", `Bearer ${apiKey}`);
    const start = performance.now();
    const response = await send(url, { ...init, headers, redirect: "manual" });
    const { text, whole } = await readAtMost(response, response.ok ? MOST_BYTES : QUOTED_BYTES);
    const ms = performance.now() - start;
    const wait = retryAfterMs(response.headers, Date.now());
    const answered = new Response(null, {
      status: response.type === "opaqueredirect" ? 307 : response.status,
      headers: wait === undefined ? {} : { "retry-after-ms": `${wait}` },
    });
    const location = response.headers.get("location");
    seen.set(answered.headers, { text, whole, location, ms });
    return answered;
  };
}

/** The first `most` bytes of the body as UTF-8, and whether that is all of it; frees the rest. */
async function readAtMost(
  response: Response,
  most: number,
): Promise<{ readonly text: string; readonly whole: boolean }> {
  if (response.body === null) return { text: "", whole: true };
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), whole: true };
    const room = most - bytes;
    bytes += value.byteLength;
    text += decoder.decode(value.subarray(0, room), { stream: true });
    if (bytes > most) {
      await reader.cancel();
      return { text, whole: false };
    }
  }
}
