/**
 * How long a server asks to wait before the next attempt. Pure.
 *
 * @module
 */

/** The longest wait, also where the server asks for more, in ms. */
export const LONGEST_WAIT_MS = 60_000;

/**
 * The wait that `Retry-After` (seconds or an HTTP date) or `retry-after-ms` asks for, in ms, 0 … 60,000;
 * undefined where neither can be read.
 *
 * @param now - in ms since 1970
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const exact = milliseconds(headers.get("retry-after-ms"), 1);
  const asked = headers.get("retry-after");
  const date = asked === null ? Number.NaN : Date.parse(asked) - now;
  const wait = exact ?? milliseconds(asked, 1000) ?? (Number.isNaN(date) ? undefined : date);
  return wait === undefined ? undefined : Math.min(Math.max(wait, 0), LONGEST_WAIT_MS);
}

function milliseconds(text: string | null, unit: number): number | undefined {
  return text !== null && /^\s*\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) * unit : undefined;
}
