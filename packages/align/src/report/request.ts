/**
 * From flags to a request for a report. What can be checked without a model is checked here.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { shownWord } from "@llmlingua/eval";
import { type Io, UsageError } from "llmlingua/cli-kit";
import { evaluationRequest, runsRequest } from "./compression.js";
import { EMBEDDED, type ReportFlags } from "./flags.js";
import { rememberingSampler } from "./remembered.js";
import type { CompressionRequest, DivergenceRequest, ReportRequest } from "./report.js";
import { openAiSampler } from "./sample.js";
import type { NotMeasured } from "./summary.js";
import type { TargetServer } from "./target.js";

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
  const server = serverOf(flags, io.env);
  const versions = await versionsOf();
  return {
    ...{ scorer, base, pairs, damaged, text, out, versions, command },
    divergence: await divergenceOf(flags, server),
    compression: await compressionOf(flags, server, { versions, command, signal: io.signal }),
    signal: io.signal,
  };
}

/** The server that the flags mean; undefined for none and for the embedded model. */
function serverOf(flags: ReportFlags, env: Io["env"]): TargetServer | undefined {
  const { target, model, timeout, retries, apiKeyEnv } = flags;
  if (target === undefined || target === EMBEDDED) return undefined;
  if (model === undefined) {
    throw new UsageError(
      `--target ${shownWord(target)} needs --model NAME, as the server names it.`,
    );
  }
  const apiKey = apiKeyEnv === undefined ? undefined : env[apiKeyEnv];
  if (apiKeyEnv !== undefined && (apiKey === undefined || apiKey === "")) {
    throw new UsageError(
      `--api-key-env names ${apiKeyEnv}, which is not set. Set it, or leave the option out.`,
    );
  }
  const timeoutMs = Math.max(1, Math.round(1000 * timeout));
  return { baseUrl: target, model, timeoutMs, retries, ...(apiKey !== undefined && { apiKey }) };
}

async function divergenceOf(
  { target, samples, sampleTokens: maxNewTokens, concurrency, seed, out }: ReportFlags,
  server: TargetServer | undefined,
): Promise<DivergenceRequest | NotMeasured> {
  if (target === EMBEDDED) return none("The embedded model draws no answers.");
  if (server === undefined) return none("No target was given: --target URL --model NAME.");
  if (samples === 0) return none("No answers were asked for: --samples is 0.");
  const sampler = await rememberingSampler(openAiSampler(server), join(out, "cache"));
  return { sampler, samples, maxNewTokens, concurrency, seed };
}

async function compressionOf(
  flags: ReportFlags,
  server: TargetServer | undefined,
  given: Pick<ReportRequest, "versions" | "command" | "signal">,
): Promise<CompressionRequest | NotMeasured> {
  const { runs, task, target, data } = flags;
  if (runs !== undefined) {
    if (task !== undefined) throw new UsageError("--runs and --task exclude each other. Give one.");
    if (runs.length !== 2) {
      throw new UsageError(
        `--runs has ${runs.length} folders; it must be two, of the base scorer and of the aligned one.`,
      );
    }
    return runsRequest(runs[0], runs[1], data);
  }
  if (task === undefined) return none("Neither --task NAME nor --runs BASE ALIGNED was given.");
  if (target === undefined) {
    throw new UsageError("--task needs --target URL --model NAME, or --target embedded.");
  }
  return evaluationRequest({ ...flags, ...given, task, server });
}

function none(why: string): NotMeasured {
  return { measured: false, why };
}

async function versionsOf(): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(text) as { readonly version: string };
  return { "@llmlingua/align": version, node: process.version };
}
