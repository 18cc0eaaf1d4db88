/**
 * What is known about a server before it is asked: where it is, what to keep secret. Pure.
 *
 * @module
 */
import { EvaluationError } from "../errors.js";

/** Options of any OpenAI-compatible server. */
export interface ConnectionOptions {
  /** The part of the URL before `/completions`, e.g. `http://127.0.0.1:8000/v1`; a query is sent along. */
  readonly baseUrl: string;
  /** Sent as `Authorization: Bearer …`, never shown; absent = none. No environment variable is read. */
  readonly apiKey?: string;
  /** Longest that one attempt may take, answer included, in ms; default 120,000. */
  readonly timeoutMs?: number;
  /**
   * Attempts after the first one, on 408, 409, 429, 5xx, broken connections and attempts that took
   * too long; default 5. Waits are the server's `Retry-After`, but at most a minute, or 0.5 s doubled up to 8 s.
   */
  readonly retries?: number;
  /** Called instead of the platform's `fetch`. */
  readonly fetch?: typeof fetch;
}

/** Checked options of one server. */
export interface Connection {
  /** Without query and fragment, which may hold keys. */
  readonly where: string;
  readonly query: Readonly<Record<string, string>>;
  readonly apiKey: string | undefined;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly fetch: typeof fetch;
  /** `text` without secrets, white space joined, at most 300 characters. */
  redact(text: string): string;
}

/** Most characters of a server's own words in an error. */
const EXCERPT = 300;

/** Shorter secrets are not looked for: they would blot out ordinary words. */
const SHORTEST_SECRET = 4;

/**
 * Checks the options of a server.
 *
 * @throws EvaluationError `invalid-option`
 */
export function connectionOf(options: ConnectionOptions): Connection {
  const { apiKey, timeoutMs = 120_000, retries = 5 } = options;
  if (!(Number.isInteger(timeoutMs) && timeoutMs > 0 && timeoutMs <= 0x7fff_ffff)) {
    throw invalid(`timeoutMs is ${timeoutMs}; it must be a whole number of ms above 0`);
  }
  if (!Number.isInteger(retries) || retries < 0) {
    throw invalid(`retries is ${retries}; it must be a whole number of at least 0`);
  }
  if (apiKey !== undefined && !/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(apiKey)) {
    throw invalid("apiKey is empty or holds a character that cannot be sent, such as a line break");
  }
  const url = checkedUrl(options.baseUrl);
  const query = Object.fromEntries(url.searchParams);
  const secrets = secretsOf([apiKey ?? "", url.search.slice(1), ...Object.values(query)]);
  const where = url.origin + url.pathname.replace(/\/+$/, "");
  const redact = (text: string) => excerptOf(text, secrets);
  return { where, query, apiKey, timeoutMs, retries, fetch: options.fetch ?? fetch, redact };
}

/** The URL in `text`, read from `base` on; undefined where it is none. */
export function parsedUrl(text: string, base?: string): URL | undefined {
  return URL.canParse(text, base) ? new URL(text, base) : undefined;
}

function checkedUrl(text: string): URL {
  const url = parsedUrl(text);
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    const found = url === undefined ? "cannot be read" : `begins with ${url.protocol}`;
    throw invalid(`its URL ${found}; it must be a whole one that begins with http: or https:`);
  }
  if (url.username !== "" || url.password !== "") {
    throw invalid("its URL holds a user name or password; give a key as apiKey");
  }
  return url;
}

/** The values and their words, for a server may quote a part; longest first. */
function secretsOf(values: readonly string[]): readonly string[] {
  return [...new Set(values.flatMap((value) => [value, ...value.split(/\s+/)]))]
    .filter((part) => part.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length);
}

function excerptOf(text: string, secrets: readonly string[]): string {
  let shown = text;
  for (const secret of secrets) shown = shown.replaceAll(secret, "[hidden]");
  shown = shown.replace(/\s+/g, " ").trim();
  return shown.length > EXCERPT ? `${shown.slice(0, EXCERPT).toWellFormed()}…` : shown;
}

function invalid(reason: string): EvaluationError {
  return new EvaluationError("invalid-option", `Cannot use the target: ${reason}.`);
}
