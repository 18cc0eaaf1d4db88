/**
 * Options of `llmlingua align collect`.
 *
 * @module
 */
import { type Command, Option } from "@commander-js/extra-typings";
import { type ServerFlags, withServerOptions } from "@llmlingua/eval/cli-kit";
import { collect, numberIn } from "llmlingua/cli-kit";

const COUNT = numberIn({ min: 1, integer: true });

/** Where pairs come from, who is asked and how, what is written. */
export function withCollectOptions(command: Command) {
  const first = command
    .optionsGroup("Sources, one or more:")
    .option(
      "--prompts <file>",
      'JSON lines, {"prompt": "…"} or {"messages": […]}: the target answers them; those of one "group" are held out together. Again for more.',
      collect,
    )
    .option(
      "--logs <path>",
      "File or folder (.jsonl, .json) of what was asked and answered: OpenAI's or Anthropic's requests and responses. Again for more.",
      collect,
    )
    .option(
      "--all-turns",
      "In conversations of logs every answer makes a pair, not the last alone.",
    )
    .option(
      "--expand <file>",
      'Seeds, JSON lines {"prompt": "…"}: the target writes --count new ones like them, then answers those.',
    )
    .option("--count <n>", "New instructions wanted, with --expand.", COUNT)
    .option("--seed <n>", "Of the draws of --expand.", numberIn({ min: 0, integer: true }), 0)
    .optionsGroup("Target model:")
    .option("--target <url>", "URL of an OpenAI-compatible server, up to /v1.")
    .addOption(
      new Option("--api <kind>", "Which endpoint is asked; completions sends a prompt as it is.")
        .choices(["completions", "chat"] as const)
        .default("chat" as const),
    )
    .option("--system <text>", "System message for prompts without one of their own; chat alone.")
    .option("--max-new-tokens <n>", "Most tokens of an answer.", COUNT, 400)
    .option("--temperature <t>", "Of answers, 0 to 2.", numberIn({ min: 0, max: 2 }), 0);
  // One command with all options; only the type has to be told.
  const asked = withServerOptions(first as unknown as Command) as unknown as Command<
    [],
    ServerFlags & ReturnType<typeof first.opts>
  >;
  return asked
    .optionsGroup("Output:")
    .requiredOption("--out <file>", "File of pairs, .jsonl; the same command goes on where it was.")
    .option("--limit <n>", "Most pairs in the file.", COUNT)
    .addOption(
      new Option(
        "--redact [how]",
        "Keys, e-mail, IP addresses, numbers of phones, cards and accounts become tags, also before the target is asked; drop leaves out their pairs.",
      )
        .choices(["replace", "drop"] as const)
        .preset("replace"),
    )
    .option(
      "--cache <folder>",
      "Answers by request, shared by collections; default llmlingua-align/cache. None with --redact: it keeps answers as they came.",
    )
    .option("--no-cache", "Ask everything anew.");
}

export type CollectFlags = ReturnType<ReturnType<typeof withCollectOptions>["opts"]>;
