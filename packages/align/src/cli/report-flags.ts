/**
 * The flags of `llmlingua align report`.
 *
 * @module
 */
import { type Command, Option } from "@commander-js/extra-typings";
import { namesOf, ratiosOf, type ServerFlags, withServerOptions } from "@llmlingua/eval/cli-kit";
import { numberIn } from "llmlingua/cli-kit";

const WHOLE = numberIn({ min: 0, integer: true });
const COUNT = numberIn({ min: 1, integer: true });

/** The word for the base scorer as the target: likelihoods alone, no key, no network. */
export const EMBEDDED = "embedded";

/** What is measured, who is asked, and how. */
function withTargetOptions(command: Command) {
  const first = command
    .requiredOption("--scorer <folder>", "The aligned scorer, as align train wrote it.")
    .requiredOption("--pairs <file>", "The pairs that it was trained with.")
    .option("--base <folder>", "The scorer it was trained from; default the embedded one.")
    .option("--text <path>", "General text: .txt, .md, .jsonl or a folder; default a sample.")
    .addOption(
      new Option("--damaged <what>", "What a damaged line of pairs does.")
        .choices(["refuse", "skip"] as const)
        .default("refuse" as const),
    )
    .option("--out <folder>", "Folder of the report.", "llmlingua-align/report")
    .option("--seed <n>", "Of samples and of random draws.", WHOLE, 0)
    .optionsGroup("Target model, for divergence and compression:")
    .option(
      "--target <where>",
      "URL of an OpenAI-compatible server, up to /v1; or embedded: the base scorer (likelihoods only).",
    )
    .option("--samples <n>", "Answers drawn for the divergence; 0 = none.", WHOLE, 100)
    .option("--sample-tokens <n>", "Most tokens of a drawn answer.", COUNT, 256);
  // One command with all options; only the type has to be told.
  return withServerOptions(first as unknown as Command) as unknown as Command<
    [],
    ServerFlags & ReturnType<typeof first.opts>
  >;
}

export function withReportOptions(command: Command) {
  return withTargetOptions(command)
    .optionsGroup("Effect on compression:")
    .option(
      "--runs <folders...>",
      "Two runs of llmlingua eval that differ by --scorer alone: base, then aligned. Further pairs, each with other prompts, may follow.",
    )
    .option("--task <name>", "Task of llmlingua eval to run with both scorers; needs --target.")
    .option("--data <folder>", "Folder with the task's public data; default a few items.")
    .option("--items <n>", "Most items.", COUNT, 60)
    .option("--skip <n>", "Items left out first.", WHOLE, 0)
    .option("--ratios <list>", "Sizes as ratios.", ratiosOf, [5, 20] as readonly number[])
    .option(
      "--methods <names>",
      "Methods and sets of them (main, ablations, all) with commas between.",
      namesOf,
      ["default", "paper"],
    )
    .option(
      "--tokenizer <name>",
      "Tokenizer of the target, in which sizes are counted.",
      "cl100k_base",
    )
    .addOption(
      new Option("--api <kind>", "Endpoint that answers the task; chat gives no likelihoods.")
        .choices(["completions", "chat"] as const)
        .default("completions" as const),
    );
}

export type ReportFlags = ReturnType<ReturnType<typeof withReportOptions>["opts"]>;
