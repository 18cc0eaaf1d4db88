/**
 * Options of the command → options of the library. Pure.
 *
 * @module
 */
import type { Command } from "@commander-js/extra-typings";
import type { Budget, CompressOptions, CompressorSettings } from "../../index.js";
import type { OptionsOf } from "../args/given.js";
import { UsageError } from "../errors.js";
import { type InputValues, withInput } from "../input/flags.js";
import { withWork } from "./flags.js";
import { withCoarse, withFine } from "./tuning.js";

/** Adds everything that says what to compress and how. */
export function withCompression(command: Command) {
  return withFine(withCoarse(withWork(withInput(command))));
}

export type CompressionValues = OptionsOf<typeof withCompression>;

/** One call of the library. */
export interface CompressionRequest {
  readonly input: InputValues;
  readonly settings: CompressorSettings;
  readonly options: CompressOptions & Budget;
}

/** Has no option that was not given, so the library's defaults hold; throws UsageError without a size. */
export function requestOf(values: CompressionValues): CompressionRequest {
  const { context, instruction, instructionFile, question, questionFile, format, ...work } = values;
  const { tokenizer, model, threads, rate, targetToken, ...knobs } = work;
  return {
    input: { context, instruction, instructionFile, question, questionFile, format },
    settings: { tokenizer, model, threads },
    options: { ...knobs, ...sizeOf(rate, targetToken) },
  };
}

function sizeOf(rate: number | undefined, targetToken: number | undefined): Budget {
  if (rate !== undefined) return { rate };
  if (targetToken !== undefined) return { targetToken };
  throw new UsageError("How small? Give --rate R (such as 0.3) or --target-token N (such as 500).");
}
