/**
 * Options that the experiments share.
 *
 * @module
 */
import { type Command, Option } from "@commander-js/extra-typings";
import { collect, numberIn } from "llmlingua/cli-kit";

const WHOLE = numberIn({ min: 0, integer: true });
const COUNT = numberIn({ min: 1, integer: true });
const MONEY = numberIn({ min: 0 });
const SHARE = numberIn({ min: 0, max: 1 });

/** Numbers with commas between them. */
function listOf(number: (raw: string) => number): (raw: string) => readonly number[] {
  return (raw) => [...new Set(raw.split(",").map((one) => number(one.trim())))];
}

const RATIO = numberIn({ above: 1 });

/** Ratios above 1 with commas between them, an `x` behind each or not. */
export const ratiosOf = listOf((raw) => RATIO(raw.replace(/x$/, "")));

/** Names with commas between them. */
export function namesOf(raw: string): readonly string[] {
  return raw.split(",").map((name) => name.trim());
}

/** How a server is asked, and what that costs and may cost; shared with `@llmlingua/align`. */
export function withServerOptions(command: Command) {
  return command
    .option("--model <name>", "Model name that the server is asked for.")
    .option(
      "--api-key-env <name>",
      "Environment variable that holds the key; none is sent without it.",
    )
    .option("--concurrency <n>", "Questions asked at once.", COUNT, 4)
    .option("--requests-per-minute <n>", "Most requests a minute.", COUNT)
    .option(
      "--timeout <seconds>",
      "Longest wait for an answer.",
      numberIn({ above: 0, max: 3600 }),
      120,
    )
    .option(
      "--retries <n>",
      "Attempts after the first on 429, 5xx and broken connections.",
      WHOLE,
      5,
    )
    .optionsGroup("Money:")
    .option("--price-in <usd>", "USD per million prompt tokens.", MONEY)
    .option("--price-out <usd>", "USD per million tokens of answers.", MONEY)
    .option(
      "--price-cached <usd>",
      "USD per million prompt tokens from the provider's cache.",
      MONEY,
    )
    .option(
      "--max-cost <usd>",
      "Spending cap; needs prices. What was done until then is kept, and said to be partial.",
      MONEY,
    )
    .option("--dry-run", "Say what would be asked and what it costs at most; ask nothing.");
}

export type ServerFlags = ReturnType<ReturnType<typeof withServerOptions>["opts"]>;

/** What is asked of whom, and where it is written. */
export function withTargetOptions(command: Command) {
  const first = command
    .optionsGroup("Target model:")
    .option(
      "--target <where>",
      "URL of an OpenAI-compatible server, up to /v1; or embedded: the small model itself (likelihoods only).",
      "embedded",
    )
    .addOption(
      new Option("--api <kind>", "Which endpoint is asked; chat gives no likelihoods.")
        .choices(["completions", "chat"] as const)
        .default("completions" as const),
    );
  // One command with all options; only the type has to be told.
  const asked = withServerOptions(first as unknown as Command) as unknown as Command<
    [],
    ServerFlags & ReturnType<typeof first.opts>
  >;
  return asked
    .optionsGroup("Target model:")
    .option("--no-likelihoods", "Do not ask for the likelihood of the expected answers.")
    .option("--max-new-tokens <n>", "Most tokens of an answer; default the task's own.", COUNT)
    .optionsGroup("Money:")
    .option(
      "--cached-share <share>",
      "Share of the full prompt that your provider's cache holds, 0 to 1, for all that reports say of money; default as measured. Needs --price-cached.",
      SHARE,
    )
    .option(
      "--cached-share-compressed <share>",
      "The same of a compressed prompt; default as measured. Needs --price-cached.",
      SHARE,
    )
    .option(
      "--machine-hour <usd>",
      "USD an hour of the machine that compresses, for the break-even; needs --timed.",
      MONEY,
    )
    .optionsGroup("Output:")
    .option(
      "--out <folder>",
      "Folder of the run. The same command goes on where it was; default llmlingua-eval/TASK.",
    )
    .option("--cache <folder>", "Answers by request, shared by runs; default llmlingua-eval/cache.")
    .option("--no-cache", "Ask everything anew.");
}

/** What is compressed, how, to which size. */
export function withRunOptions(command: ReturnType<typeof withTargetOptions>) {
  return command
    .optionsGroup("What is compared:")
    .option(
      "--data <folder>",
      "Folder with the public data, see the task's README; default the few items of this package.",
    )
    .option("--items <n>", "Most items.", COUNT)
    .option("--skip <n>", "Items left out first: those on which something was chosen.", WHOLE, 0)
    .option("--seed <n>", "Of random tokens, random words and draws.", WHOLE, 0)
    .option(
      "--methods <names>",
      "Methods and sets of them (main, ablations, all) with commas between; `llmlingua eval methods` lists them.",
      namesOf,
    )
    .option(
      "--method-options <name=json>",
      "A method of your own: compress options as JSON. Again for more.",
      collect,
    )
    .addOption(
      new Option("--tokens <list>", "Sizes in tokens, such as 442,179.")
        .argParser(listOf(COUNT))
        .conflicts("ratios"),
    )
    .option("--ratios <list>", "Sizes as ratios, such as 2x,5x,10x.", ratiosOf)
    .option(
      "--tokenizer <name>",
      "Tokenizer of the target, in which sizes are counted: an encoding, an OpenAI model, a tokenizer.json.",
      "cl100k_base",
    )
    .addOption(
      new Option(
        "--unit <unit>",
        "What intervals resample: items, or group: prompts with all their items, which are wider where items share prompts.",
      )
        .choices(["item", "group"] as const)
        .default("item" as const),
    )
    .option("--scorer <folder>", "Small model that scores; default the embedded one.")
    .option("--classifier <folder>", "ONNX checkpoint for method llmlingua2.")
    .option("--encoder <folder>", "ONNX encoder for BERTScore.")
    .option(
      "--compress-only",
      "Compress and ask nothing; the same command without it goes on from there.",
    )
    .option(
      "--timed",
      "Compress with nothing shared between methods, so that each one's time is its own, after a warm-up; slower.",
    );
}

export type TargetFlags = ReturnType<ReturnType<typeof withTargetOptions>["opts"]>;
export type RunFlags = ReturnType<ReturnType<typeof withRunOptions>["opts"]>;
