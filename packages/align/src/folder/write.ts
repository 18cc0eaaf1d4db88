/**
 * Writes an aligned scorer: the base's weights, the graph with places for adapters, the adapters, a record.
 *
 * All or nothing: files go into a temporary folder beside `out`, which then takes its name.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, mkdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { readManifest, writeSafetensors } from "@llmlingua/core/onnx";
import { AlignmentError } from "../errors.js";
import {
  type Adapters,
  checkBase,
  readWeightsIndex,
  type WeightsIndex,
  widthsOf,
} from "../graphs/index.js";
import { modelCard } from "./card.js";
import { ADAPTER, alignedManifest, GRAPH } from "./manifest.js";
import { checkOut, type OutState } from "./out.js";
import { packAdapters } from "./pack.js";
import { TRAINING } from "./read.js";
import { type TrainingRecord, trainingSchema } from "./record.js";
import { recoverOut } from "./recover.js";

/** What a folder is made of. */
export interface ScorerFolder {
  /** The folder to write; an aligned scorer there is replaced, anything else refused. */
  readonly out: string;
  /** The base model's folder; its weights and tokenizer are copied. */
  readonly base: string;
  /** Folder with `scorer-adapted.onnx` and `weights.json`. */
  readonly graphs: string;
  readonly adapters: Adapters;
  /** alpha / rank. */
  readonly scale: number;
  readonly training: TrainingRecord;
}

/** How files reach the disk; tests give one that fails. */
export interface Disk {
  copyFile(from: string, to: string, mode: number): Promise<void>;
  writeFile(path: string, content: string | Uint8Array): Promise<void>;
}

/**
 * Writes the folder; about 150 MB, most of it a copy of the base's weights.
 *
 * @throws AlignmentError `invalid-option` (`out` is something else), `other-base`, `data-missing`,
 * `diverged` (adapters that are no numbers), `write-failed` (disk full; what was there before is kept)
 */
export async function writeScorerFolder(folder: ScorerFolder): Promise<void> {
  await writeFolderTo({ copyFile, writeFile }, folder);
}

/** The same through a disk that is given. */
export async function writeFolderTo(disk: Disk, folder: ScorerFolder): Promise<void> {
  const out = resolve(folder.out);
  const training = trainingSchema.parse(folder.training);
  await recoverOut(out);
  await checkOut(out);
  const index = await readWeightsIndex(folder.graphs);
  await checkBase(folder.base, index);
  const widths = widthsOf(new Map(Object.entries(index.tensors)));
  const packed = packAdapters(folder.adapters, folder.scale, { layers: index.layers, widths });
  const temporary = beside(out, "new");
  try {
    await mkdir(temporary, { recursive: true });
    await fill(
      temporary,
      { ...folder, training },
      { index, adapter: writeSafetensors(packed), disk },
    );
    await putInPlace(temporary, out, await checkOut(out));
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    throw asWriteError(out, cause);
  }
}

/** What besides the options a folder is filled with. */
interface Contents {
  readonly index: WeightsIndex;
  /** The bytes of its file. */
  readonly adapter: Uint8Array;
  readonly disk: Disk;
}

async function fill(
  to: string,
  { base, graphs, training }: ScorerFolder,
  { index, adapter, disk }: Contents,
): Promise<void> {
  const manifest = await readManifest(base);
  const copied = index.files.filter(({ path }) => path !== manifest.graph);
  // Shares the blocks on disk where the file system can.
  const copy = (from: string, path: string) =>
    disk.copyFile(join(from, path), join(to, path), constants.COPYFILE_FICLONE);
  for (const { path } of copied) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await copy(base, path);
  }
  await copy(graphs, GRAPH);
  await disk.writeFile(join(to, ADAPTER), adapter);
  const text = (name: string, content: string) => disk.writeFile(join(to, name), content);
  const aligned = await alignedManifest(to, manifest, copied);
  await text(TRAINING, `${JSON.stringify(training, null, 2)}\n`);
  await text("README.md", modelCard(aligned.name, training, manifest));
  await text("scorer.json", `${JSON.stringify(aligned, null, 2)}\n`);
}

/** `temporary` becomes `out`; an older scorer there goes only once the new one stands. */
async function putInPlace(temporary: string, out: string, state: OutState): Promise<void> {
  if (state === "empty") await rmdir(out);
  if (state !== "aligned") return rename(temporary, out);
  const old = beside(out, "old");
  await rename(out, old);
  try {
    await rename(temporary, out);
  } catch (error) {
    await rename(old, out);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

/** A name that nothing has, on the same disk. */
function beside(out: string, what: string): string {
  return `${out}.${what}-${randomUUID().slice(0, 8)}`;
}

function asWriteError(out: string, cause: unknown): unknown {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (cause instanceof AlignmentError || typeof code !== "string") return cause;
  const why = code === "ENOSPC" ? "the disk is full" : message;
  return new AlignmentError(
    "write-failed",
    `Cannot write the scorer to ${out}: ${why}. Nothing was changed there; make room or give another --out (a scorer takes about 150 MB).`,
    { cause },
  );
}
