/**
 * The size asked for, as tokens of the whole prompt. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";

/** What was asked, unchecked: exactly one of the two should be there. */
export interface SizeRequest {
  readonly rate?: unknown;
  readonly targetToken?: unknown;
}

export interface PromptSize {
  /** Tokens of the whole original. */
  readonly prompt: number;
  /** Of them, those that are read: all but what is dropped in any case. */
  readonly read: number;
  /** Those that the size is not a size of … */
  readonly apart: number;
  /** … and how many of those stay. */
  readonly kept: number;
}

/**
 * Tokens to aim at for the whole prompt; never more than it has, never less than 1.
 *
 * @throws LlmlinguaError `invalid-option` for both, neither, or a value out of range
 */
export function targetTokens(request: SizeRequest, { prompt, apart, kept }: PromptSize): number {
  checkSize(request);
  const wanted =
    typeof request.rate === "number"
      ? request.rate * (prompt - apart)
      : Number(request.targetToken);
  return Math.min(prompt, Math.max(1, Math.round(wanted + kept)));
}

/** @throws LlmlinguaError `invalid-option` unless exactly one valid size is given */
export function checkSize({ rate, targetToken }: SizeRequest): void {
  if (rate !== undefined && targetToken !== undefined) {
    throw sizeError(`Both rate (${rate}) and targetToken (${targetToken}) are given; give one.`);
  }
  if (rate === undefined && targetToken === undefined) {
    throw sizeError("No size is given; give rate (0 to 1) or targetToken.");
  }
  if (rate === "auto") return;
  if (rate !== undefined && !(typeof rate === "number" && rate > 0 && rate <= 1)) {
    throw sizeError(
      `rate is ${shown(rate)}; it must be a number above 0, at most 1 (kept / original tokens), or "auto".`,
    );
  }
  if (
    targetToken !== undefined &&
    !(typeof targetToken === "number" && Number.isInteger(targetToken) && targetToken >= 1)
  ) {
    throw sizeError(`targetToken is ${shown(targetToken)}; it must be a whole number, 1 or more.`);
  }
}

function sizeError(message: string): LlmlinguaError {
  return new LlmlinguaError("invalid-option", message);
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
