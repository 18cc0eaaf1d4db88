/**
 * JSON requests to an OpenAI-compatible server through the `openai` SDK, which retries, waits and gives up.
 *
 * @module
 */
import OpenAI, { APIConnectionTimeoutError, APIError } from "openai";
import { EvaluationError, throwIfAborted } from "../errors.js";
import { type Attempt, attemptWith, MOST_BYTES } from "./attempt.js";
import { untilAborted } from "./cancel.js";
import { type Connection, parsedUrl } from "./connection.js";

/** An answer, or the last word of a server that would not give one. */
export type Reply =
  | { readonly ok: true; readonly json: unknown; readonly ms: number }
  | {
      readonly ok: false;
      readonly status: number;
      /** The body, at most 4 KiB, secrets included: for decisions, not for people. */
      readonly words: string;
      /** What to throw where nothing better can be done. */
      readonly error: EvaluationError;
    };

/** Posts `body` to the server's `path`, e.g. `/completions`. */
export type Post = (path: string, body: object, signal?: AbortSignal) => Promise<Reply>;

/** A status that the SDK tries again. */
const isTransient = (status: number) => [408, 409, 429].includes(status) || status >= 500;

/**
 * A function that asks a server.
 *
 * It throws EvaluationError `target-failed` (no connection, too slow, too large, no JSON) and `aborted`.
 */
export function postTo(connection: Connection): Post {
  const seen = new WeakMap<Headers, Attempt>();
  const client = clientOf(connection, attemptWith(connection, seen));
  return async (path, body, signal) => {
    throwIfAborted(signal);
    // Raced, for the SDK does not mind the signal while it waits for the next attempt.
    // A signal of its own, for the SDK leaves a listener on it with each attempt.
    const own = signal && AbortSignal.any([signal]);
    const asked = client.post(path, { body, signal: own }).asResponse();
    try {
      const { headers } = await untilAborted(asked, signal);
      const attempt = seen.get(headers);
      if (attempt === undefined) throw failed(connection, "the answer was lost", "Try again");
      return { ok: true, json: jsonOf(connection, attempt), ms: attempt.ms };
    } catch (error) {
      throwIfAborted(signal);
      if (error instanceof EvaluationError) throw error;
      const attempt = error instanceof APIError && error.headers && seen.get(error.headers);
      if (!attempt) throw unreachable(connection, error);
      return refusalOf(connection, Number(error.status), attempt);
    }
  };
}

/** Every option that has a default in the environment is given, so that none is read from there. */
function clientOf(connection: Connection, fetch: typeof globalThis.fetch): OpenAI {
  return new OpenAI({
    baseURL: connection.where,
    defaultQuery: { ...connection.query },
    // The SDK wants a key; what is sent is decided in `attempt.ts`.
    apiKey: "none",
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: "off",
    maxRetries: connection.retries,
    timeout: connection.timeoutMs,
    fetch,
  });
}

function jsonOf(connection: Connection, { text, whole }: Attempt): unknown {
  if (!whole) {
    const reason = `its answer is larger than ${MOST_BYTES >> 20} MiB`;
    throw failed(connection, reason, "Send a shorter prompt");
  }
  try {
    return JSON.parse(text);
  } catch {
    const found = connection.redact(text.slice(0, 4096)) || "nothing";
    const wayOut = "Check that the URL is that of an OpenAI-compatible API (often it ends in /v1)";
    throw failed(connection, `expected JSON, found: ${found}`, wayOut);
  }
}

function refusalOf(connection: Connection, status: number, attempt: Attempt): Reply {
  const words = attempt.text;
  const tried = isTransient(status) ? connection.retries + 1 : 1;
  if (status >= 300 && status < 400) {
    const target = parsedUrl(attempt.location ?? "//", connection.where);
    const to = target === undefined ? "elsewhere" : `to ${target.origin}${target.pathname}`;
    const error = failed(
      connection,
      `it redirects ${connection.redact(to)}, which is not followed`,
      "Give that URL if you trust it",
    );
    return { ok: false, status, words, error };
  }
  const said = connection.redact(words);
  const reason = `HTTP ${status}${said === "" ? "" : `: ${said}`}`;
  const error = failed(connection, reason, adviceFor(status), tried);
  // A question that it cannot take, too long perhaps, says nothing of the next one.
  const isOfQuestion = [400, 413, 422].includes(status);
  return {
    ok: false,
    status,
    words,
    error: isOfQuestion ? new EvaluationError("target-unfit", error.message) : error,
  };
}

function adviceFor(status: number): string {
  if (status === 401 || status === 403) return "Check the key";
  if (status === 404) return "Check the URL, the model's name and the kind of API";
  if (status === 429) return "Ask less at once, or later";
  if (status >= 500) return "Look into the server's log";
  return "Check the model's name and how much it can read";
}

function unreachable(connection: Connection, error: unknown): EvaluationError {
  const tried = connection.retries + 1;
  if (error instanceof APIConnectionTimeoutError) {
    const reason = `it did not finish within ${connection.timeoutMs} ms`;
    return failed(connection, reason, "Raise timeoutMs or ask less at once", tried);
  }
  const reason = connection.redact(reasonsOf(error));
  return failed(connection, reason, "Check that the server runs and the URL is right", tried);
}

/** The messages of an error and its causes: "Connection error." alone says nothing. */
function reasonsOf(error: unknown): string {
  const reasons: string[] = [];
  for (let at = error; at instanceof Error && reasons.length < 4; at = at.cause) {
    const code = "code" in at && typeof at.code === "string" ? at.code : "";
    reasons.push(at.message || code || at.name);
  }
  return reasons.join(": ") || String(error);
}

/** Without a cause: the SDK's errors hold the request. */
function failed({ where }: Connection, reason: string, wayOut: string, tried = 1): EvaluationError {
  const after = tried === 1 ? "" : ` after ${tried} attempts`;
  return new EvaluationError(
    "target-failed",
    `The target at ${where} failed${after}: ${reason}. ${wayOut}.`,
  );
}
