/**
 * `llmlingua align train`.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "@commander-js/extra-typings";
import { type Tokenizer, tokenizerFromJson } from "@llmlingua/core";
import { readManifest } from "@llmlingua/core/onnx";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import type { Io } from "llmlingua/cli-kit";
import { encodePair } from "../encode/index.js";
import { AlignmentError } from "../errors.js";
import { checkOut, writeScorerFolder } from "../folder/index.js";
import { baseSha256, GRAPHS, openTrainingGraphs, readWeightsIndex } from "../graphs/index.js";
import { type Pair, readPairs, type Split, splitPairs } from "../pairs/index.js";
import {
  type CheckpointStore,
  checkpointStore,
  type RunIdentity,
  type Trained,
  type TrainSettings,
  train,
} from "../train/index.js";
import { type TrainFlags, withTrain } from "./train-flags.js";
import { trainProgress } from "./train-progress.js";
import { peakMegabytes, recordOf, summaryOf } from "./train-record.js";
import { cutText, pairsText } from "./train-words.js";

export function addTrain(program: Command, io: Io): void {
  withTrain(program, (flags) => work(flags, io));
}

async function work(flags: TrainFlags, io: Io): Promise<void> {
  const { base = fileURLToPath(modelDirectory) } = flags;
  // The checkpoint lies beside it, also where the name ends in a slash.
  const out = resolve(flags.out);
  const settings = settingsOf(flags);
  await checkOut(out);
  const index = await readWeightsIndex();
  const file = await readPairs(flags.pairs, flags);
  const split = splitPairs(file.pairs, settings);
  const [train, heldOut] = [split.train.length, split.heldOut];
  io.stderr.write(pairsText(file, train, heldOut.length));
  const identity = identityOf(file.sha256, baseSha256(index), settings);
  const checkpoints = checkpointStore(`${out}.checkpoint`, identity);
  if (!flags.resume) await checkpoints.remove();

  const trained = await trainOn(split, { ...flags, base }, settings, checkpoints, io);
  const training = await recordOf({ index, file, train, heldOut, settings, trained });
  const scale = settings.alpha / settings.rank;
  const { adapters, state, reason } = trained;
  await writeScorerFolder({ out, base, graphs: GRAPHS, adapters, scale, training });
  await checkpoints.remove();

  const { losses, evaluations } = state;
  const all = { ...training, losses, evaluations, reason, peakMegabytes: peakMegabytes() };
  io.stdout.write(flags.json ? `${JSON.stringify(all)}\n` : summaryOf(out, training, trained));
}

async function trainOn(
  { train: toTrain, heldOut }: Split,
  { base, threads, checkpointSteps }: TrainFlags & { readonly base: string },
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
    const common = { model, settings, checkpoints, checkpointSteps, signal };
    return await train({ ...common, ...pairs, onProgress: progress.update });
  } catch (error) {
    progress.clear();
    // Of a cancelled command one word is said elsewhere; here there is more to know.
    const isCancelled = error instanceof AlignmentError && error.code === "aborted";
    if (isCancelled) io.stderr.write(`${error.message}\n`);
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
function identityOf(pairs: string, base: string, settings: TrainSettings): RunIdentity {
  return { pairs, base, ...settings, projections: settings.projections.join(",") };
}

async function tokenizerOf(base: string): Promise<Tokenizer> {
  const { tokenizer, name } = await readManifest(base);
  return tokenizerFromJson(JSON.parse(await readFile(join(base, tokenizer), "utf8")), name);
}
