/**
 * Options of the command → options of the library. Pure.
 *
 * @module
 */
import type { Command } from "@commander-js/extra-typings";
import type { Budget, CompressOptions, CompressorSettings } from "../../index.js";
import type { OptionsOf } from "../args/given.js";
import { UsageError } from "../errors.js";
import { withParts } from "../input/flags.js";
import { type InputValues, withForms } from "../input/form-flags.js";
import { withWork } from "./flags.js";
import { withMethod } from "./method-flags.js";
import { withRank } from "./rank-flags.js";
import { type RankChoice, rankOf } from "./ranker.js";
import { budgetOf } from "./size.js";
import { withCoarse, withFine } from "./tuning.js";

/** Adds everything that says what to compress and how. */
export function withCompression(command: Command) {
  return withFine(withCoarse(withRank(withMethod(withWork(withForms(withParts(command)))))));
}

export type CompressionValues = OptionsOf<typeof withCompression>;

/** One call of the library; what must be read or opened first is still as written. */
export interface CompressionRequest {
  readonly input: InputValues;
  readonly settings: CompressorSettings;
  readonly options: CompressOptions & Budget;
  readonly rank: RankChoice;
  readonly protect?: readonly string[];
}

/**
 * Has no option that was not given, so the library's defaults hold.
 *
 * @throws UsageError without a size, and for options that have no use or fight
 */
export function requestOf(values: CompressionValues): CompressionRequest {
  const { context, instruction, instructionFile, question, questionFile, format, ...more } = values;
  const { tagged, jsonRules, messages, roleRate, ...kept } = more;
  const { keepLastUser, keepLast, keepCalls, ...work } = kept;
  const { tokenizer, model, threads, classifier, protect, ...how } = work;
  const { rank, encoder, reranker, embeddingsUrl, rerankUrl, rankModel, ...rest } = how;
  const { rate, targetToken, information, questionLoss, floor, ...knobs } = rest;
  const parts = { context, instruction, instructionFile, question, questionFile, format };
  const forms = { tagged, jsonRules, messages, roleRate, keepLastUser, keepLast, keepCalls };
  checkClassifier(values);
  return {
    input: { ...parts, ...forms },
    settings: { tokenizer, model, threads, classifier },
    options: {
      ...renamed(knobs),
      ...budgetOf({ rate, targetToken, information, questionLoss, floor }),
    },
    rank: rankOf({ rank, encoder, reranker, embeddingsUrl, rerankUrl, rankModel }),
    protect,
  };
}

/** Where a flag is not called as the library's option is. */
export const RENAMED = { forceToken: "forceTokens", forceDigits: "forceReserveDigit" } as const;

function renamed<Knobs extends Pick<CompressionValues, keyof typeof RENAMED>>(knobs: Knobs) {
  const { forceToken, forceDigits, ...same } = knobs;
  return {
    ...same,
    ...(forceToken && { [RENAMED.forceToken]: forceToken }),
    ...(forceDigits && { [RENAMED.forceDigits]: forceDigits }),
  };
}

function checkClassifier({ method, classifier }: CompressionValues): void {
  if (method === "llmlingua2" && classifier === undefined) {
    throw new UsageError(
      "--method llmlingua2 needs a classifier: give the folder of an ONNX checkpoint with --classifier DIR.",
    );
  }
  if (method !== "llmlingua2" && classifier !== undefined) {
    throw new UsageError(
      `--classifier is for --method llmlingua2, and the method is ${method ?? "llmlingua"}; give that method or leave it out.`,
    );
  }
}
