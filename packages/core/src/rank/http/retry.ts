/**
 * How long to wait before a request is made again.
 *
 * @module
 */
import { untilAborted } from "../../errors.js";

/** The first wait where the service names none, in ms; doubled each time. */
const FIRST_MS = 500;

/** The longest wait, also where the service asks for more, in ms. */
const LONGEST_MS = 30_000;

/**
 * Waits as long as the service asks, or about half a second doubled with each attempt.
 *
 * @param attempt - how many attempts were made before the one that failed
 * @throws LlmlinguaError `aborted`
 */
export async function pauseBefore(
  attempt: number,
  retryAfter: string | null | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const asked = retryAfterMs(retryAfter ?? "", Date.now());
  const wait = Math.min(asked ?? FIRST_MS * 2 ** attempt * (0.75 + Math.random() / 2), LONGEST_MS);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const pause = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, wait);
  });
  await untilAborted(pause, signal).finally(() => clearTimeout(timer));
}

/** What a `Retry-After` header asks for in ms: seconds or an HTTP date; undefined when neither. */
export function retryAfterMs(header: string, now: number): number | undefined {
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(date - now, 0);
}
