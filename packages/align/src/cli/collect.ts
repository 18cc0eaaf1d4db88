/**
 * `llmlingua align collect`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Command } from "@commander-js/extra-typings";
import { openServer, pricesOf, progressLine } from "@llmlingua/eval/cli-kit";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import { loadTokenCounter } from "llmlingua";
import { examples, type Io, UsageError, visible } from "llmlingua/cli-kit";
import { besideOf, type CollectOptions, collect, redactText } from "../collect/index.js";
import { type CollectFlags, withCollectOptions } from "./collect-flags.js";
import { dryText, failures } from "./collect-words.js";
import { commandOf, counted } from "./words.js";

const TOKENIZER = fileURLToPath(new URL("tokenizer.json", modelDirectory));

const EXAMPLES = examples([
  [
    "llmlingua align collect --logs logs/ --redact --out pairs.jsonl",
    "what your users asked and were answered, nothing asked anew",
  ],
  [
    "llmlingua align collect --prompts prompts.jsonl --target https://api.openai.com/v1 --model gpt-4o-mini --api-key-env OPENAI_API_KEY --price-in 0.15 --price-out 0.6 --max-cost 2 --out pairs.jsonl",
    "what the model answers to your prompts, for two dollars at most",
  ],
  [
    "llmlingua align collect --expand seeds.jsonl --count 1000 --target http://127.0.0.1:8000/v1 --model NAME --out pairs.jsonl",
    "from a few seeds a thousand prompts, answered",
  ],
]);

export function addCollect(program: Command, io: Io, words: readonly string[]): void {
  const command = program
    .command("collect")
    .description("Pairs of a prompt and the large model's answer, from logs or by asking it.");
  withCollectOptions(command as unknown as Command)
    .addHelpText("after", EXAMPLES)
    .action(async (flags) => {
      const shown = (word: string) => (flags.redact === undefined ? word : redactText(word).value);
      await run(flags, commandOf(words.map(shown)), io);
    });
}

async function run(flags: CollectFlags, command: string, io: Io): Promise<void> {
  const line = progressLine(io);
  const options = await optionsOf(flags, command, io, line.update);
  const collected = await collect(options).finally(line.clear);
  if (flags.dryRun) {
    io.stderr.write(dryText(collected, flags.out));
    return;
  }
  const { card } = besideOf(flags.out);
  const { partial, pairs, failed } = collected;
  if (partial !== undefined) io.stderr.write(`Partial: ${visible(partial)}\n`);
  const said = `${counted(pairs, "pair")} in ${flags.out}; ${card} says what there is to know.\n`;
  if (pairs > 0) io.stdout.write(said);
  if (failed.length > 0) throw failures(failed, io);
}

async function optionsOf(
  flags: CollectFlags,
  command: string,
  io: Io,
  update: ReturnType<typeof progressLine>["update"],
): Promise<CollectOptions> {
  const { prompts = [], logs = [], out, allTurns = false, expand, count, seed } = flags;
  const isAsked = checkSources(flags);
  const counter = await loadTokenCounter(TOKENIZER);
  const prices = pricesOf(flags);
  const asked = isAsked ? askedOf(flags, counter, io) : {};
  return {
    ...asked,
    ...{ out, logs, prompts, allTurns, prices, command },
    ...(expand !== undefined && { expand: { seeds: expand, count: count ?? 0, seed } }),
    concurrency: flags.concurrency,
    cap: flags.maxCost,
    redact: flags.redact === "drop" ? "drop" : flags.redact === undefined ? "off" : "replace",
    limit: flags.limit,
    dryRun: flags.dryRun === true,
    counter: { name: "the embedded model's tokenizer", count: (text) => counter.count(text) },
    signal: io.signal,
    onProgress: (condition, done, all) => update({ stage: "asking", done, all, condition }),
  };
}

function askedOf(
  flags: CollectFlags,
  counter: { count(text: string): number },
  { env }: Io,
): Pick<CollectOptions, "target" | "settings"> {
  const { target: where = "", api, maxNewTokens, temperature, redact } = flags;
  const isRedacted = redact !== undefined;
  const system =
    isRedacted && flags.system !== undefined ? redactText(flags.system).value : flags.system;
  // The cache keeps answers as they came.
  const cache = isRedacted ? false : flags.cache;
  const target = openServer({
    flags: { ...flags, target: where, cache },
    counter,
    env,
    cache: "llmlingua-align/cache",
  });
  const settings = {
    target: target.name,
    where: target.where,
    api,
    system,
    maxNewTokens,
    temperature,
  };
  return { target, settings };
}

/** Whether a target is asked. @throws UsageError for flags that do not go together */
function checkSources(flags: CollectFlags): boolean {
  const { prompts, logs, expand, count, target, api, system, out, redact, cache } = flags;
  const isAsked = prompts !== undefined || expand !== undefined;
  if (!/\.jsonl$/i.test(out)) throw new UsageError(`--out is ${out}; it must end in .jsonl.`);
  if (!isAsked && logs === undefined) {
    throw new UsageError("There is nothing to collect from. Give --prompts, --logs or --expand.");
  }
  if (isAsked && target === undefined) {
    throw new UsageError(
      "--prompts and --expand are asked of a target. Give --target and --model.",
    );
  }
  if (!isAsked && target !== undefined) {
    throw new UsageError("--target is given, and nothing to ask it. Give --prompts or --expand.");
  }
  if ((expand === undefined) !== (count === undefined)) {
    throw new UsageError("--expand and --count go together. Give both, or none.");
  }
  if (system !== undefined && api !== "chat") {
    throw new UsageError(
      "--system is for --api chat. Leave it out, or put its text into the prompts.",
    );
  }
  if (redact !== undefined && typeof cache === "string") {
    throw new UsageError(
      "--cache keeps answers as they came, --redact must not. Give one of them.",
    );
  }
  return isAsked;
}
