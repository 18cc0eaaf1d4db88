/**
 * One JSON request to a service: time limit, retries, bounded answer, and errors without secrets.
 *
 * Redirects are not followed, so neither key nor texts go to a host that was not named.
 *
 * @module
 */
import { LlmlinguaError, throwIfAborted, untilAborted } from "../../errors.js";
import { readAtMost } from "./body.js";
import { type Endpoint, parsedUrl, shownUrl } from "./endpoint.js";
import { pauseBefore } from "./retry.js";

/** Largest answer read, in bytes: some 2,000 vectors of 1,500 numbers as text. */
const MOST_BYTES = 64 * 2 ** 20;

/** Bytes read of an answer that is only quoted in an error. */
const QUOTED_BYTES = 4096;

/**
 * Posts `body` and reads the answer as JSON.
 *
 * @throws LlmlinguaError `ranker-failed` with the status or the reason, `aborted`
 */
export async function postJson(
  endpoint: Endpoint,
  body: unknown,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const text = JSON.stringify(body);
  for (let attempt = 0; ; attempt++) {
    throwIfAborted(signal);
    const outcome = await post(endpoint, text, signal);
    if ("json" in outcome) return outcome.json;
    throwIfAborted(signal);
    if (!outcome.again || attempt >= endpoint.retries) throw failed(endpoint, outcome, attempt + 1);
    await pauseBefore(attempt, outcome.retryAfter, signal);
  }
}

type Outcome = { readonly json: unknown } | Failure;

interface Failure {
  readonly reason: string;
  /** Whether the same request may succeed later. */
  readonly again: boolean;
  /** The `Retry-After` header. */
  readonly retryAfter?: string | null;
}

/** One attempt; the time limit covers the answer's body too. */
async function post(
  endpoint: Endpoint,
  body: string,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), endpoint.timeoutMs);
  const stop = signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]);
  try {
    // Taken out of its object, for a browser's `fetch` refuses to be called as a method.
    const { headers, url, fetch: send } = endpoint;
    const init: RequestInit = { method: "POST", headers, body, redirect: "manual", signal: stop };
    // Raced, for a `fetch` of the caller's need not mind the signal.
    const answered = send(url, init).then((response) => outcomeOf(endpoint, response));
    return await untilAborted(answered, stop);
  } catch (error) {
    if (timeout.signal.aborted) {
      const reason = `it did not finish within ${endpoint.timeoutMs} ms. Raise timeoutMs or send less at once`;
      return { reason, again: false };
    }
    return { reason: endpoint.redact(reasonsOf(error)), again: error instanceof TypeError };
  } finally {
    clearTimeout(timer);
  }
}

async function outcomeOf(endpoint: Endpoint, response: Response): Promise<Outcome> {
  const { status } = response;
  if (response.type === "opaqueredirect" || (status >= 300 && status < 400)) {
    await response.body?.cancel();
    return { reason: redirectReason(endpoint, response), again: false };
  }
  if (!response.ok) {
    const words = endpoint.redact((await readAtMost(response, QUOTED_BYTES)).text);
    const said = words === "" ? "" : `: ${words}`;
    const again = status === 408 || status === 429 || status >= 500;
    const retryAfter = response.headers.get("retry-after");
    return { reason: `HTTP ${status}${said}`, again, retryAfter };
  }
  const { text, whole } = await readAtMost(response, MOST_BYTES);
  if (!whole) {
    const reason = `its answer is larger than ${MOST_BYTES >> 20} MiB. Send less at once (batchSize)`;
    return { reason, again: false };
  }
  try {
    return { json: JSON.parse(text) };
  } catch {
    return {
      reason: `expected JSON, found: ${endpoint.redact(text.slice(0, QUOTED_BYTES)) || "nothing"}`,
      again: false,
    };
  }
}

function redirectReason({ url }: Endpoint, response: Response): string {
  const location = response.headers.get("location");
  const target = location === null ? undefined : parsedUrl(location, url);
  const where = target === undefined ? "elsewhere" : `to ${shownUrl(target)}`;
  return `it redirects ${where}, which is not followed. Give that URL if you trust it`;
}

/** The messages of an error and its causes: "fetch failed" alone says nothing. */
function reasonsOf(error: unknown): string {
  const reasons: string[] = [];
  for (let at = error; at instanceof Error && reasons.length < 4; at = at.cause) {
    const code = "code" in at && typeof at.code === "string" ? at.code : "";
    reasons.push(at.message || code || at.name);
  }
  return reasons.join(": ") || String(error);
}

function failed({ what, url }: Endpoint, { reason }: Failure, attempts: number): LlmlinguaError {
  const tried = attempts === 1 ? "" : ` after ${attempts} attempts`;
  return new LlmlinguaError(
    "ranker-failed",
    `The request to ${what} ${shownUrl(url)} failed${tried}: ${reason}.`,
  );
}
