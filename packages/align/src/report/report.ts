/**
 * A whole report: pairs and text are read, both scorers opened, everything measured, files written.
 *
 * @module
 */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { loadScorer } from "@llmlingua/core/onnx";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import { AlignmentError } from "../errors.js";
import { readTraining, type TrainingRecord } from "../folder/index.js";
import { checkBase, readWeightsIndex } from "../graphs/index.js";
import { type PairFile, readPairs } from "../pairs/read.js";
import type { Pair } from "../pairs/types.js";
import { type DivergenceOptions, measureDivergence, type SampleRecord } from "./divergence.js";
import { linesOf, makeReportFolder, writeFiles } from "./files.js";
import { measureGeneral } from "./general.js";
import { heldOutOf, measureHeldOut } from "./held-out.js";
import { markdownOf } from "./markdown.js";
import type { Money } from "./money.js";
import type { Scorers } from "./nats.js";
import { type Asked, type Plan, planSamples } from "./plan.js";
import type { Sampler } from "./sample.js";
import type { CompressionSummary, Measured, NotMeasured, ReportSummary } from "./summary.js";
import { type Passages, readPassages } from "./texts.js";

/** How far a report is. */
export type ReportProgress = (stage: string, done: number, all: number) => void;

/** What a target is asked for; absent parts are not measured, and `why` says so. */
export interface DivergenceRequest
  extends Omit<DivergenceOptions, "template" | "signal" | "onProgress"> {
  readonly sampler: Sampler;
}

/** With what the effect on compression is measured. */
export interface CompressionOpened {
  readonly scorers: Scorers;
  /** All pairs of the file: items that they contain are left out. */
  readonly pairs: readonly Pair[];
  readonly onProgress: ReportProgress;
}

/** The effect on compression. */
export interface CompressionRequest {
  measure(opened: CompressionOpened): Promise<CompressionSummary>;
  /** What a target would be asked; undefined where none is. */
  plan(pairs: readonly Pair[]): Asked | undefined;
}

export interface ReportRequest {
  /** Folder of the aligned scorer. */
  readonly scorer: string;
  /** Folder of the scorer that it was trained from; default the embedded model's. */
  readonly base?: string;
  readonly pairs: string;
  readonly damaged: "refuse" | "skip";
  /** General text; default the shipped sample. */
  readonly text?: string;
  readonly divergence: DivergenceRequest | NotMeasured;
  readonly compression: CompressionRequest | NotMeasured;
  /** That of both requests, for the summary. */
  readonly money?: Money;
  /** Folder of the report; made where it is not there. */
  readonly out: string;
  readonly versions: Readonly<Record<string, string>>;
  /** For the report's end. */
  readonly command: string;
  readonly signal?: AbortSignal;
  onProgress?: ReportProgress;
}

/** What came of it. */
export interface Report {
  readonly summary: ReportSummary;
  /** The text of `report.md`. */
  readonly markdown: string;
  /** What a target failed at; the sections of it say so. */
  readonly failures: readonly Error[];
}

/** What a report would ask of its target; nothing is asked, opened or written. */
export async function planReport(request: ReportRequest): Promise<Plan> {
  const { file, heldOut } = await readPairsOf(request);
  const { compression, divergence } = request;
  const runs = "measured" in compression ? undefined : compression.plan(file.pairs);
  return {
    ...(runs && { compression: runs }),
    ...(!("measured" in divergence) && { divergence: planSamples(heldOut, divergence) }),
  };
}

async function readPairsOf(request: ReportRequest) {
  const training = await readTraining(request.scorer);
  const file = await readPairs(request.pairs, request);
  const heldOut = heldOutOf(file.pairs, training.heldOutIds, request.pairs);
  return { training, file, heldOut };
}

/**
 * Makes a report and writes `report.md`, `summary.json`, `held-out.jsonl` and, of a target that was sampled,
 * `samples.jsonl`; one of an earlier report that sampled goes.
 *
 * What a target fails at ends its section, not the report.
 *
 * @throws AlignmentError, LlmlinguaError for input that cannot be used
 */
export async function makeReport(request: ReportRequest): Promise<Report> {
  const { training, file, heldOut } = await readPairsOf(request);
  const passages = await readPassages(request.text);
  // Before minutes of work, not after.
  await makeReportFolder(request.out);
  const scorers = await openScorers(request, training);
  try {
    const measured = await measureAll(request, { scorers, file, heldOut, training, passages });
    const { summary, records, samples } = measured;
    const markdown = markdownOf(summary, request.command);
    await writeFiles(request.out, {
      "report.md": markdown,
      "summary.json": `${JSON.stringify(summary, null, 2)}\n`,
      "held-out.jsonl": linesOf(records),
      "samples.jsonl": samples.length === 0 ? undefined : linesOf(samples),
    });
    return { summary, markdown, failures: measured.failures };
  } finally {
    await scorers.base.close();
    await scorers.aligned.close();
  }
}

interface Opened {
  readonly scorers: Scorers;
  readonly file: PairFile;
  readonly heldOut: readonly Pair[];
  readonly training: TrainingRecord;
  readonly passages: Passages;
}

/** What depends on a target or on other folders comes first: it may fail, and then early. */
async function measureAll(request: ReportRequest, opened: Opened) {
  const { scorers, file, heldOut, training, passages } = opened;
  const stage = stageOf(request);
  const failures: Error[] = [];
  const samples: SampleRecord[] = [];
  const compression = await attempt(request.compression, request, failures, async (asked) => {
    const onProgress: ReportProgress = (...at) => request.onProgress?.(...at);
    const value = await asked.measure({ scorers, pairs: file.pairs, onProgress });
    return { measured: true, value };
  });
  const divergence = await attempt(request.divergence, request, failures, async (asked) => {
    const options = { ...asked, template: training.settings.template, ...stage("samples") };
    const found = await measureDivergence(scorers, asked.sampler, heldOut, options);
    samples.push(...found.records);
    return found.summary;
  });
  const sameFile = file.sha256 === training.pairs.sha256;
  const held = await measureHeldOut(scorers, heldOut, training, sameFile, stage("held-out pairs"));
  const summary: ReportSummary = {
    format: "llmlingua-alignment-report/1",
    scorers: { base: scorers.base.name, aligned: scorers.aligned.name },
    pairs: { file: basename(request.pairs), sha256: file.sha256 },
    heldOut: held.summary,
    general: await measureGeneral(scorers, passages, stage("general text")),
    divergence,
    compression,
    ...(request.money && { cost: request.money.spent }),
    versions: request.versions,
  };
  return { summary, records: held.records, samples, failures };
}

function stageOf({ signal, onProgress }: ReportRequest) {
  return (name: string) => ({
    signal,
    onProgress: (done: number, all: number) => onProgress?.(name, done, all),
  });
}

/** @throws AlignmentError `other-base` where the folders are no base and its aligned scorer */
async function openScorers(request: ReportRequest, training: TrainingRecord): Promise<Scorers> {
  const folder = request.base ?? fileURLToPath(modelDirectory);
  // The record names this index's base (`readTraining`): by its files, for a name proves nothing.
  await checkBase(folder, await readWeightsIndex());
  const base = await loadScorer(folder);
  try {
    if (base.name !== training.base.name) {
      throw new AlignmentError(
        "other-base",
        `${request.scorer} was trained from ${training.base.name}, but the base is ${base.name}. Give --base the folder of ${training.base.name}.`,
      );
    }
    return { base, aligned: await loadScorer(request.scorer) };
  } catch (error) {
    await base.close();
    throw error;
  }
}

/** A section of a target; a failure of it is kept, and the section says what it was. */
async function attempt<T extends object, R>(
  asked: T | NotMeasured,
  { signal }: ReportRequest,
  failures: Error[],
  measure: (asked: T) => Promise<Measured<R>>,
): Promise<Measured<R>> {
  if ("measured" in asked) return asked;
  try {
    return await measure(asked);
  } catch (error) {
    if (signal?.aborted || !isOfTarget(error)) throw error;
    failures.push(error);
    return { measured: false, why: error.message };
  }
}

const OF_TARGET = ["target-failed", "target-unfit"];

function isOfTarget(error: unknown): error is Error {
  return error instanceof Error && "code" in error && OF_TARGET.includes(String(error.code));
}
