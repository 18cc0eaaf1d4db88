/**
 * How many tokens each window of the token pass spans and at which rate, as the reference plans it.
 *
 * Pure: lengths in, windows out.
 *
 * @module
 */

/** A stretch of a window: `tokens` ids judged against one threshold, of which `rate` should stay. */
export type Stretch = readonly [tokens: number, rate: number];

/** Stretches of one window, in order. */
export type Window = readonly Stretch[];

export interface PlanInput {
  /** Tokens of each context alone, without special tokens and without the reference's +2. */
  readonly contextTokens: readonly number[];
  /** May be fractional or negative. */
  readonly targetToken: number;
  /** δ of each context; same length. */
  readonly dynamicRatio: readonly number[];
  readonly iterativeSize: number;
}

/**
 * Splits the contexts into windows of `iterativeSize` tokens. As in the reference, every context
 * counts two tokens more than it has and the first window one less, so window 0 spans one token
 * fewer than the others.
 */
export function planWindows(input: PlanInput): Window[] {
  const { iterativeSize } = input;
  const lengths = input.contextTokens.map((tokens) => tokens + 2);
  const tau = input.targetToken / (lengths.reduce((sum, length) => sum + length, 0) + 1);
  const windows: Window[] = [];
  let open: Stretch[] = [];
  let filled = 1;
  lengths.forEach((length, index) => {
    const rate = Math.max(Math.min(1, tau + input.dynamicRatio[index]), 0);
    if (filled + length < iterativeSize) {
      filled += length;
      open.push([length, rate]);
      return;
    }
    windows.push([...open, [iterativeSize - filled, rate]]);
    filled += length - iterativeSize;
    if (filled > iterativeSize) {
      const whole = Math.floor(filled / iterativeSize);
      for (let i = 0; i < whole; i++) windows.push([[iterativeSize, rate]]);
      filled -= whole * iterativeSize;
    }
    open = filled > 0 ? [[filled, rate]] : [];
  });
  return open.length > 0 ? [...windows, open] : windows;
}
