/**
 * Flags → the library's options. Pure.
 *
 * @module
 */
import type { Budget, CompressOptions, CompressorSettings } from "../../index.js";
import { pick } from "../args/flags.js";
import { UsageError } from "../errors.js";
import { knobFlags, modelFlags, type WorkValues } from "./flags.js";
import { parseProtect } from "./protect.js";

/** Exactly one of `--rate` and `--target-token`. */
export function budgetOf({ rate, targetToken }: WorkValues): Budget {
  if (rate !== undefined && targetToken !== undefined) {
    throw new UsageError("--rate and --target-token are both given; give one.");
  }
  if (rate !== undefined) return { rate };
  if (targetToken !== undefined) return { targetToken };
  throw new UsageError("How small? Give --rate R (such as 0.3) or --target-token N (such as 500).");
}

/** Everything but the size. Has no key that was not given, so the library's defaults hold. */
export function optionsOf(values: WorkValues): CompressOptions {
  const { protect, ...knobs } = pick(values, knobFlags);
  return {
    ...knobs,
    ...(values.sizeOf && { sizeOf: values.sizeOf }),
    ...(protect && { protect: protect.map(parseProtect) }),
  };
}

/** What the compressor is made of. */
export function settingsOf(values: WorkValues): CompressorSettings {
  return pick(values, modelFlags);
}
