/**
 * Numbers as reports show them. Pure.
 *
 * @module
 */
import type { Threshold } from "./break-even.js";
import type { Estimate } from "./summary-types.js";

/** Stands for what is not there. */
export const NONE = "–";

/** Fixed decimals; `-0.00` is `0.00`, and minus is a minus sign. */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

/** With a plus before what is above zero. */
export function signed(value: number, digits: number): string {
  const text = fixed(value, digits);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** A mean that is never below zero, with its interval: `0.93 (0.91–0.95)`. */
export function estimate(given: Estimate | undefined, digits: number, scale = 1): string {
  if (given === undefined) return NONE;
  const [low, high] = (given.interval ?? []).map((value) => fixed(value * scale, digits));
  return `${fixed(given.mean * scale, digits)}${given.interval ? ` (${low}–${high})` : ""}`;
}

/** A score of 0 … 1 in hundredths: `77.3 (74.1–80.2)`. */
export function score(given: Estimate | undefined): string {
  return estimate(given, 1, 100);
}

/** A difference with its interval: `+0.12 (−0.01 to 0.25)`, times `scale`. */
export function difference(given: Estimate | undefined, digits: number, scale = 1): string {
  if (given === undefined) return NONE;
  const { mean, interval } = given;
  const [low, high] = (interval ?? []).map((value) => fixed(value * scale, digits));
  return `${signed(mean * scale, digits)}${interval ? ` (${low} to ${high})` : ""}`;
}

export function pValue(p: number | undefined): string {
  if (p === undefined) return NONE;
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

/** Whole, in groups of three. */
export function count(value: number | undefined): string {
  return value === undefined ? NONE : Math.round(value).toLocaleString("en-US");
}

/** `4.2x`. */
export function ratio(value: number | undefined): string {
  return value === undefined ? NONE : `${fixed(value, 1)}x`;
}

export function percent(share: number | undefined, digits = 0): string {
  return share === undefined ? NONE : `${fixed(share * 100, digits)} %`;
}

/** `840 ms`, `1.24 s`. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return NONE;
  return Math.abs(ms) < 1000 ? `${fixed(ms, 0)} ms` : `${fixed(ms / 1000, 2)} s`;
}

/** A difference of times with its interval: `210 ms (180 ms to 240 ms)`. */
export function durations({ mean, interval }: Estimate): string {
  const [low, high] = (interval ?? []).map(duration);
  return `${duration(mean)}${interval ? ` (${low} to ${high})` : ""}`;
}

/** A share of a score in hundredths as it was given: `2.5 points`, `1 point`. */
export function points(share: number): string {
  const value = hundredths(share);
  return `${value} ${value === "1" ? "point" : "points"}`;
}

/** The same without the word. */
export function hundredths(share: number): string {
  return String(Number((share * 100).toPrecision(12)));
}

/** USD, with three figures of `largest`, the value itself by default: `$12.40`, `$0.00310`. */
export function dollars(value: number | undefined, largest = Math.abs(value ?? 0)): string {
  if (value === undefined) return NONE;
  const digits = largest > 0 ? Math.min(8, Math.max(2, 2 - Math.floor(Math.log10(largest)))) : 2;
  const text = Math.abs(value).toFixed(digits);
  return `${value < 0 && Number(text) !== 0 ? "−" : ""}$${text}`;
}

export function thresholdText(threshold: Threshold, kind: "share" | "growth"): string {
  switch (threshold.pays) {
    case "below":
      return `below ${kind === "growth" && threshold.below > 0 ? "+" : ""}${percent(threshold.below)}`;
    case "always":
      return "at any";
    case "never":
      return "at none";
    default:
      return threshold satisfies never;
  }
}
