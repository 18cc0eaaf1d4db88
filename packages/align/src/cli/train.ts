/**
 * `llmlingua align train`.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "@commander-js/extra-typings";
import { type Tokenizer, tokenizerFromJson } from "@llmlingua/core";
import { readManifest } from "@llmlingua/core/onnx";
import { lockFolder } from "@llmlingua/eval/cli-kit";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import { type Io, visible } from "llmlingua/cli-kit";
import { encodePair } from "../encode/index.js";
import { AlignmentError } from "../errors.js";
import { checkOut, recoverOut, writeScorerFolder } from "../folder/index.js";
import {
  baseSha256,
  GRAPHS,
  graphsSha256,
  openTrainingGraphs,
  readWeightsIndex,
} from "../graphs/index.js";
import { makeFolder } from "../make-folder.js";
import { type Pair, type PairFile, readPairs, type Split, splitPairs } from "../pairs/index.js";
import {
  anew,
  type CheckpointStore,
  checkpointStore,
  type RunIdentity,
  type Trained,
  type TrainSettings,
  train,
} from "../train/index.js";
import { type TrainFlags, withTrain } from "./train-flags.js";
import { trainProgress } from "./train-progress.js";
import { peakMegabytes, recordOf, summaryOf, versions } from "./train-record.js";
import { cutText, heldOutText, pairsText } from "./train-words.js";

export function addTrain(program: Command, io: Io): void {
  withTrain(program, (flags) => work(flags, io));
}

async function work(flags: TrainFlags, io: Io): Promise<void> {
  // The checkpoint lies beside it, also where the name ends in a slash.
  const out = resolve(flags.out);
  await checkOut(out);
  const file = await readPairs(flags.pairs, flags);
  const split = splitPairs(file.pairs, flags);
  await makeFolder(dirname(out));
  // No lock of another command: a folder `run` of ours lies beside the `run.lock` of an evaluation.
  const unlock = await lockFolder(dirname(out), `${basename(out)}.training`, out);
  try {
    await trainInto(out, file, split, flags, io);
  } finally {
    await unlock();
  }
}

async function trainInto(
  out: string,
  file: PairFile,
  split: Split,
  flags: TrainFlags,
  io: Io,
): Promise<void> {
  const { base = fileURLToPath(modelDirectory) } = flags;
  const settings = settingsOf(flags);
  if (await recoverOut(out))
    io.stderr.write(visible(`${out}: put back the scorer that a killed run had moved aside\n`));
  const index = await readWeightsIndex();
  const [train, heldOut] = [split.train.length, split.heldOut];
  io.stderr.write(visible(pairsText(file, train, heldOut.length)) + heldOutText(split));
  const identity = await identityOf(file.sha256, baseSha256(index), settings);
  const checkpoints = checkpointStore(`${out}.checkpoint`, identity);
  await checkpoints.check();

  const trained = await trainOn(split, { ...flags, base }, settings, checkpoints, io);
  const training = await recordOf({ index, file, train, heldOut, settings, trained });
  const scale = settings.alpha / settings.rank;
  const { adapters, state, reason } = trained;
  await writeScorerFolder({ out, base, graphs: GRAPHS, adapters, scale, training });
  await checkpoints.remove();

  const { losses, evaluations } = state;
  const all = { ...training, losses, evaluations, reason, peakMegabytes: peakMegabytes() };
  const summary = () => visible(summaryOf(out, training, trained));
  io.stdout.write(flags.json ? `${JSON.stringify(all)}\n` : summary());
}

async function trainOn(
  { train: toTrain, heldOut }: Split,
  { base, threads, checkpointSteps, resume }: TrainFlags & { readonly base: string },
  settings: TrainSettings,
  checkpoints: CheckpointStore,
  io: Io,
): Promise<Trained> {
  const model = await openTrainingGraphs({ base, threads });
  const progress = trainProgress(io);
  try {
    const tokenizer = await tokenizerOf(base);
    const encoded = (pairs: readonly Pair[]) =>
      pairs.map((pair) => encodePair(pair, tokenizer, settings));
    const pairs = { train: encoded(toTrain), heldOut: encoded(heldOut) };
    io.stderr.write(cutText([...pairs.train, ...pairs.heldOut], settings.maxTokens));
    const { signal } = io;
    const store = resume ? checkpoints : anew(checkpoints);
    const common = { model, settings, checkpoints: store, checkpointSteps, signal };
    return await train({ ...common, ...pairs, onProgress: progress.update });
  } catch (error) {
    progress.clear();
    // Of a cancelled command one word is said elsewhere; here there is more to know.
    const isCancelled = error instanceof AlignmentError && error.code === "aborted";
    if (isCancelled) io.stderr.write(visible(`${error.message}\n`));
    throw error;
  } finally {
    progress.clear();
    await model.close();
  }
}

function settingsOf(flags: TrainFlags): TrainSettings {
  const { rank, alpha, projections, learningRate, epochs, batchTokens, maxTokens } = flags;
  const { template, warmup, clip, weightDecay, seed, heldOut, evaluations, patience } = flags;
  return {
    ...{ rank, alpha, projections, learningRate, epochs, batchTokens, maxTokens },
    ...{ template, warmup, clip, weightDecay, seed, heldOut, evaluations, patience },
  };
}

/** What must be the same for a training to be taken up. */
async function identityOf(
  pairs: string,
  base: string,
  settings: TrainSettings,
): Promise<RunIdentity> {
  const [graphs, { llmlingua, onnxruntime }] = [await graphsSha256(), await versions()];
  const projections = settings.projections.join(",");
  return { pairs, base, graphs, llmlingua, onnxruntime, ...settings, projections };
}

async function tokenizerOf(base: string): Promise<Tokenizer> {
  const { tokenizer, name } = await readManifest(base);
  return tokenizerFromJson(JSON.parse(await readFile(join(base, tokenizer), "utf8")), name);
}
