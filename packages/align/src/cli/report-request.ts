/**
 * From flags to a request for a report. What can be checked without a model is checked here.
 *
 * @module
 */
import { join } from "node:path";
import type { Target } from "@llmlingua/eval";
import { openServer, pricesOf } from "@llmlingua/eval/cli-kit";
import { loadTokenCounter } from "llmlingua";
import { type Io, UsageError } from "llmlingua/cli-kit";
import { evaluationRequest, type RunFolders, runsRequest } from "../report/compression.js";
import { createMoney, type Money } from "../report/money.js";
import { rememberingSampler } from "../report/remembered.js";
import type { CompressionRequest, DivergenceRequest, ReportRequest } from "../report/report.js";
import { openAiSampler, type Sampler } from "../report/sample.js";
import type { NotMeasured } from "../report/summary.js";
import { EMBEDDED, type ReportFlags } from "./report-flags.js";
import { ownVersion } from "./version.js";

/**
 * @param command - the command line, for the report's end
 * @throws UsageError for flags that do not go together
 * @throws AlignmentError, EvaluationError for folders and names that cannot be used
 */
export async function requestOf(
  flags: ReportFlags,
  command: string,
  io: Pick<Io, "env" | "signal">,
): Promise<ReportRequest> {
  const { scorer, base, pairs, damaged, text, out } = flags;
  const prices = pricesOf(flags);
  const server = await serverOf(flags, io.env);
  // The embedded model is free.
  const money = server && prices && createMoney(prices, flags.maxCost);
  const versions = { "@llmlingua/align": await ownVersion(), node: process.version };
  const given = { versions, command, signal: io.signal, money };
  return {
    ...{ scorer, base, pairs, damaged, text, out, ...given },
    divergence: divergenceOf(flags, server, money),
    compression: await compressionOf(flags, server, given),
  };
}

/** A server that answers prompts, and that is sampled. */
interface Server {
  readonly target: Target;
  readonly sampler: Sampler;
  count(text: string): number;
}

/** The server that the flags mean; undefined for none and for the embedded model. */
async function serverOf(flags: ReportFlags, env: Io["env"]): Promise<Server | undefined> {
  const { target: baseUrl, out, tokenizer, timeout, retries, apiKeyEnv, requestsPerMinute } = flags;
  if (baseUrl === undefined || baseUrl === EMBEDDED) return undefined;
  const cache = join(out, "cache");
  const counter = await loadTokenCounter(tokenizer);
  // It checks model and key, too.
  const asked = { ...flags, target: baseUrl, cache };
  const target = openServer({ flags: asked, counter, env, cache });
  const sampler = openAiSampler({
    baseUrl,
    model: target.name,
    timeoutMs: Math.max(1, Math.round(1000 * timeout)),
    retries,
    requestsPerMinute,
    ...(apiKeyEnv !== undefined && { apiKey: env[apiKeyEnv] }),
  });
  return {
    target,
    sampler: await rememberingSampler(sampler, cache),
    count: (text) => counter.count(text),
  };
}

function divergenceOf(
  { target, samples, sampleTokens: maxNewTokens, concurrency, seed }: ReportFlags,
  server: Server | undefined,
  money: Money | undefined,
): DivergenceRequest | NotMeasured {
  if (target === EMBEDDED) return none("The embedded model draws no answers.");
  if (server === undefined) return none("No target was given: --target URL --model NAME.");
  if (samples === 0) return none("No answers were asked for: --samples is 0.");
  const { sampler, count } = server;
  return { sampler, samples, maxNewTokens, concurrency, seed, money, count };
}

async function compressionOf(
  flags: ReportFlags,
  server: Server | undefined,
  { versions, command, ...given }: Pick<ReportRequest, "versions" | "command" | "signal" | "money">,
): Promise<CompressionRequest | NotMeasured> {
  const { runs, task, target, data } = flags;
  if (runs !== undefined) {
    if (task !== undefined) throw new UsageError("--runs and --task exclude each other. Give one.");
    return runsRequest(foldersOf(runs), data);
  }
  if (task === undefined) return none("Neither --task NAME nor --runs BASE ALIGNED was given.");
  if (target === undefined) {
    throw new UsageError("--task needs --target URL --model NAME, or --target embedded.");
  }
  const circumstances = { versions, command };
  return evaluationRequest({ ...flags, ...given, circumstances, task, target: server?.target });
}

/** Folders in turns, base and aligned. */
function foldersOf(runs: readonly string[]): readonly RunFolders[] {
  if (runs.length % 2 === 1) {
    throw new UsageError(
      `--runs has ${runs.length} folders; give two, of the base scorer and of the aligned one, or several such pairs.`,
    );
  }
  return runs.flatMap((base, at) => (at % 2 === 0 ? [{ base, aligned: runs[at + 1] }] : []));
}

function none(why: string): NotMeasured {
  return { measured: false, why };
}
