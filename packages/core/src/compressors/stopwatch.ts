/**
 * Times stages that follow one another.
 *
 * @module
 */

/** Milliseconds since the last call, or since it was made. */
export function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const lap = now - last;
    last = now;
    return lap;
  };
}
