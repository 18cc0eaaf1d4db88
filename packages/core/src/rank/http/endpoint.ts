/**
 * What is known about a service before it is called: where it is, what it is sent, what to keep secret.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";

/** Options that every HTTP service takes. */
export interface EndpointOptions {
  /** Sent as `Authorization: Bearer …`; never shown, also not in errors. */
  readonly apiKey?: string;
  /** Sent with every request; their values are never shown either. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Called instead of the platform's `fetch`. */
  readonly fetch?: typeof fetch;
  /** Longest that one attempt may take, answer included, in ms; default 60,000. It is not retried. */
  readonly timeoutMs?: number;
  /** Attempts after the first one, on 408, 429, 5xx and broken connections; default 3. */
  readonly retries?: number;
}

/** Where a service is. */
export interface EndpointAddress {
  /** In errors, e.g. `the embeddings endpoint`. */
  readonly what: string;
  readonly url: string;
  /** Put behind the path of `url`, e.g. `/embeddings`; its query stays. */
  readonly path?: string;
}

/** Checked options of one service. */
export interface Endpoint {
  /** In errors, e.g. `the embeddings endpoint`. */
  readonly what: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  readonly retries: number;
  /** `text` without the key and the values of headers, white space joined, at most 300 characters. */
  redact(text: string): string;
}

/** Most characters of a service's own words in an error. */
const EXCERPT = 300;

/** Shorter secrets are not looked for: they would blot out ordinary words. */
const SHORTEST_SECRET = 4;

/**
 * Checks the options of a service.
 *
 * @throws LlmlinguaError `invalid-option`
 */
export function createEndpoint(address: EndpointAddress, options: EndpointOptions): Endpoint {
  const { what } = address;
  const { apiKey, headers = {}, timeoutMs = 60_000, retries = 3 } = options;
  if (!(timeoutMs > 0 && timeoutMs <= 0x7fff_ffff)) {
    throw invalid(what, `timeoutMs is ${timeoutMs}; it must be a number of ms above 0`);
  }
  if (!Number.isInteger(retries) || retries < 0) {
    throw invalid(what, `retries is ${retries}; it must be a whole number of at least 0`);
  }
  const url = checkedUrl(address);
  const query = [url.search.slice(1), ...url.searchParams.values()];
  const secrets = secretsOf(apiKey, [...Object.values(headers), ...query]);
  return {
    what,
    url,
    headers: checkedHeaders(what, headers, apiKey),
    fetch: options.fetch ?? fetch,
    timeoutMs,
    retries,
    redact: (text) => excerptOf(text, secrets),
  };
}

/** A URL as errors show it: without query and fragment, which may hold keys. */
export function shownUrl({ origin, pathname }: URL): string {
  return origin + pathname;
}

function checkedUrl({ what, url: text, path = "" }: EndpointAddress): URL {
  const url = parsedUrl(text);
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    const found = url === undefined ? "cannot be read" : `begins with ${url.protocol}`;
    throw invalid(
      what,
      `its URL ${found}; it must be a whole one that begins with http: or https:`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw invalid(what, "its URL holds a user name or password; give them with apiKey or headers");
  }
  if (path !== "") url.pathname = url.pathname.replace(/\/+$/, "") + path;
  return url;
}

/** The URL in `text`; undefined when it is none. */
export function parsedUrl(text: string, base?: URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** The platform's error would show the value, so it is not kept as the cause. */
function checkedHeaders(
  what: string,
  given: Readonly<Record<string, string>>,
  apiKey: string | undefined,
): Headers {
  const headers = new Headers({ accept: "application/json" });
  const all = { "content-type": "application/json", ...given };
  for (const [name, value] of Object.entries(all)) setHeader(what, headers, name, value);
  if (apiKey !== undefined) {
    setHeader(what, headers, "authorization", `Bearer ${apiKey}`, "apiKey");
  }
  return headers;
}

function setHeader(
  what: string,
  headers: Headers,
  name: string,
  value: string,
  option = `the header ${JSON.stringify(name)}`,
): void {
  try {
    headers.set(name, value);
  } catch {
    throw invalid(what, `${option} holds a character that cannot be sent, such as a line break`);
  }
}

/** The key, the values of headers and their words: a service may quote a part. Longest first. */
function secretsOf(apiKey: string | undefined, values: readonly string[]): readonly string[] {
  const parts = [apiKey ?? "", ...values].flatMap((value) => [value, ...value.split(/\s+/)]);
  return [...new Set(parts)]
    .filter((part) => part.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length);
}

function excerptOf(text: string, secrets: readonly string[]): string {
  let shown = text;
  for (const secret of secrets) shown = shown.replaceAll(secret, "[hidden]");
  shown = shown.replace(/\s+/g, " ").trim();
  return shown.length > EXCERPT ? `${shown.slice(0, EXCERPT).toWellFormed()}…` : shown;
}

function invalid(what: string, reason: string): LlmlinguaError {
  return new LlmlinguaError("invalid-option", `Cannot use ${what}: ${reason}.`);
}
