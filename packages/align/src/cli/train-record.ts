/**
 * A finished training as `training.json` and as words. Pure, but for the versions.
 *
 * @module
 */
import { basename } from "node:path";
import type { TrainingRecord } from "../folder/index.js";
import { baseSha256, type WeightsIndex } from "../graphs/index.js";
import type { Pair, PairFile } from "../pairs/index.js";
import type { Trained, TrainSettings } from "../train/index.js";
import { timeText } from "./train-progress.js";
import { ownVersion } from "./version.js";
import { counted } from "./words.js";

export interface RecordInput {
  readonly index: WeightsIndex;
  readonly file: PairFile;
  readonly train: number;
  readonly heldOut: readonly Pair[];
  readonly settings: TrainSettings;
  readonly trained: Trained;
}

export async function recordOf(input: RecordInput): Promise<TrainingRecord> {
  const { index, file, train, heldOut, settings, trained } = input;
  const { state, before, best, stopped, measured } = trained;
  const target = targetOf(file.pairs);
  return {
    format: "llmlingua-aligned/1",
    base: { name: index.base, sha256: baseSha256(index) },
    pairs: {
      path: basename(file.path),
      sha256: file.sha256,
      train,
      heldOut: heldOut.length,
      ...(target !== undefined && { target }),
    },
    settings: { ...settings },
    steps: state.step,
    tokens: state.tokens,
    seconds: Math.round(state.seconds),
    stopped,
    loss: { before: before.loss, after: best.loss, bestStep: best.step, pairs: measured },
    heldOutIds: heldOut.map(({ id }) => id),
    versions: await versions(),
  };
}

/** A paragraph for people: loss before and after, steps, speed, time, memory. */
export function summaryOf(out: string, { loss, pairs, seconds }: TrainingRecord, trained: Trained) {
  const { state, steps, stopped, reason, measured } = trained;
  const lower = (100 * (1 - loss.after / loss.before)).toFixed(1);
  const ends = {
    finished: "ran to its end",
    early: `stopped early: the held-out loss no longer fell`,
    diverged: `stopped: ${reason}; the best adapters before that were kept`,
  } as const satisfies Record<Trained["stopped"], string>;
  const lines = [
    `Held-out loss  ${loss.before.toFixed(4)} → ${loss.after.toFixed(4)} nats per answer token (${lower} % lower), on ${measured} of ${counted(pairs.heldOut, "pair")} held out`,
    `Training       ${state.step} of ${steps} steps over ${counted(pairs.train, "pair")}, ${ends[stopped]}; adapters of step ${loss.bestStep}`,
    `Work           ${state.tokens} tokens, ${Math.round(state.tokens / state.stepSeconds)} tokens/s, ${timeText(seconds)}, at most ${peakMegabytes()} MB of memory`,
    `Scorer         ${out}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** The most that this process has held, in MB. */
export function peakMegabytes(): number {
  return Math.round((process.resourceUsage().maxRSS * 1024) / 1e6);
}

/** The model that most pairs name. */
function targetOf(pairs: readonly Pair[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { model } of pairs)
    if (model !== undefined) counts.set(model, (counts.get(model) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}

/** Of the package, of Node and of ONNX Runtime. */
export async function versions(): Promise<TrainingRecord["versions"]> {
  const { env } = await import("onnxruntime-node");
  return {
    llmlingua: await ownVersion(),
    node: process.version,
    onnxruntime: env.versions.node ?? "unknown",
  };
}
