/**
 * Lets the event loop breathe during long synchronous work.
 *
 * @module
 */
import { throwIfAborted } from "./errors.js";

/** A clock that says when it is time to pause; one per long job. */
export interface Breather {
  /** Pauses for one macrotask when more than 10 ms of work went by; throws when aborted. */
  pause(): Promise<void>;
}

const SLICE_MS = 10;

/** Makes a {@link Breather}. */
export function breather(signal?: AbortSignal): Breather {
  let sliceStart = performance.now();
  return {
    async pause() {
      throwIfAborted(signal);
      if (performance.now() - sliceStart < SLICE_MS) return;
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
      sliceStart = performance.now();
      throwIfAborted(signal);
    },
  };
}
