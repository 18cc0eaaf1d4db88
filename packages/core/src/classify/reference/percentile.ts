/**
 * `numpy.percentile` (NumPy 2.4, linear) down to the rounding: thresholds decide by the last bit. Pure.
 *
 * @module
 */

/**
 * The value below which `percent` % of `values` lie, interpolated.
 *
 * @param percent - 0 … 100; what is outside is taken as the nearer end (the reference: ValueError)
 * @param isFloat64 - whether NumPy would compute in float64; else in float32
 */
export function percentile(values: ArrayLike<number>, percent: number, isFloat64: boolean): number {
  const round = isFloat64 ? (value: number) => value : Math.fround;
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * (Math.min(100, Math.max(0, percent)) / 100);
  if (place >= sorted.length - 1) return sorted[sorted.length - 1];
  const below = Math.floor(place);
  const share = place - below;
  const [low, high] = [sorted[below], sorted[below + 1]];
  const step = round(high - low);
  if (share >= 0.5) return round(high - round(step * round(1 - share)));
  return round(low + round(step * round(share)));
}
