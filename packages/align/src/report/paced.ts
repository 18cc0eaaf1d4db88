/**
 * A sampler that is asked only so often a minute.
 *
 * @module
 */
import { setTimeout as pause } from "node:timers/promises";
import { AlignmentError, throwIfAborted } from "../errors.js";
import type { Sampler } from "./sample.js";

/**
 * `sampler`, whose requests begin evenly spread.
 *
 * @param requestsPerMinute - above 0; absent = no limit
 * @throws AlignmentError `invalid-option`
 */
export function pacedSampler(sampler: Sampler, requestsPerMinute?: number): Sampler {
  if (requestsPerMinute === undefined) return sampler;
  if (!(requestsPerMinute > 0)) {
    const message = `requestsPerMinute is ${requestsPerMinute}; it must be a number above 0.`;
    throw new AlignmentError("invalid-option", message);
  }
  const interval = 60_000 / requestsPerMinute;
  let next = 0;
  return {
    name: sampler.name,
    where: sampler.where,
    async sample(messages, options) {
      const now = performance.now();
      const mine = Math.max(now, next);
      next = mine + interval;
      if (mine > now) await waited(mine - now, options.signal);
      return sampler.sample(messages, options);
    },
  };
}

async function waited(ms: number, signal: AbortSignal | undefined): Promise<void> {
  throwIfAborted(signal);
  await pause(ms, undefined, { signal }).catch((error: unknown) => {
    throwIfAborted(signal);
    throw error;
  });
}
