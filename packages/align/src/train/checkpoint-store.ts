/**
 * Checkpoints on disk: `state.json`, and the tensors that it names. What is there is always whole.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AlignmentError } from "../errors.js";
import { type Checkpoint, packState, type RunIdentity, unpackState } from "./checkpoint.js";
import type { TrainState } from "./state.js";

export interface CheckpointStore {
  /** Named in messages. */
  readonly folder: string;
  /**
   * The last checkpoint of this run, where there is one.
   *
   * @throws AlignmentError `other-run` when it is of other settings, pairs or base; `data-layout` when it is damaged
   */
  read(): Promise<TrainState | undefined>;
  /** @throws AlignmentError `write-failed`; the one before is kept */
  write(state: TrainState): Promise<void>;
  remove(): Promise<void>;
}

/** How bytes reach the disk; tests give one that fails. */
export type WriteFile = (path: string, bytes: Uint8Array | string) => Promise<void>;

const STATE = "state.json";
const WAY_OUT = "Start anew with --no-resume, or give another --out.";

/** @param identity - what must be the same for a checkpoint to be taken up */
export function checkpointStore(
  folder: string,
  identity: RunIdentity,
  write: WriteFile = writeFile,
): CheckpointStore {
  const place = (name: string) => join(folder, name);
  const replace = async (name: string, bytes: Uint8Array | string) => {
    const unfinished = place(`${name}.part`);
    try {
      await write(unfinished, bytes);
      await rename(unfinished, place(name));
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => undefined);
      throw error;
    }
  };
  return {
    folder,
    async read() {
      const text = await readFile(place(STATE), "utf8").catch(() => undefined);
      if (text === undefined) return undefined;
      const checkpoint = parsed(text, place(STATE));
      const other = differences(checkpoint.identity, identity);
      if (other.length > 0) throw otherRun(folder, other);
      const bytes = await readFile(place(checkpoint.tensors)).catch((cause: unknown) => {
        throw damaged(place(checkpoint.tensors), cause);
      });
      if (sha256(bytes) !== checkpoint.sha256) throw damaged(place(checkpoint.tensors));
      return unpackState(checkpoint, bytes);
    },
    async write(state) {
      const tensors = `step-${state.step}.safetensors`;
      const { bytes, position, names } = packState(state);
      const about: Checkpoint = { identity, position, names, tensors, sha256: sha256(bytes) };
      try {
        await mkdir(folder, { recursive: true });
        await replace(tensors, bytes);
        // From here on the new one counts: both renames are whole or not at all.
        await replace(STATE, `${JSON.stringify(about)}\n`);
      } catch (cause) {
        throw cannotWrite(folder, cause);
      }
      await removeOthers(folder, tensors);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function removeOthers(folder: string, kept: string): Promise<void> {
  const old = (await readdir(folder)).filter((name) => /^step-\d+\.safetensors/.test(name));
  for (const name of old) if (name !== kept) await rm(join(folder, name), { force: true });
}

function parsed(text: string, path: string): Checkpoint {
  try {
    const checkpoint = JSON.parse(text) as Checkpoint;
    if (/^step-\d+\.safetensors$/.test(checkpoint.tensors)) return checkpoint;
  } catch (cause) {
    throw damaged(path, cause);
  }
  throw damaged(path);
}

/** What differs, in words. */
function differences(found: RunIdentity, wanted: RunIdentity): string[] {
  const keys = [...new Set([...Object.keys(found), ...Object.keys(wanted)])];
  return keys
    .filter((key) => found[key] !== wanted[key])
    .map((key) => `${key} was ${found[key]} and is ${wanted[key]}`);
}

function otherRun(folder: string, other: readonly string[]): AlignmentError {
  return new AlignmentError(
    "other-run",
    `${folder} holds an unfinished training of another kind: ${other.join("; ")}. ${WAY_OUT}`,
  );
}

function damaged(path: string, cause?: unknown): AlignmentError {
  return new AlignmentError("data-layout", `The checkpoint ${path} is damaged. ${WAY_OUT}`, {
    cause,
  });
}

function cannotWrite(folder: string, cause: unknown): AlignmentError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AlignmentError(
    "write-failed",
    `Cannot write a checkpoint to ${folder}: ${reason}. The one before is kept: make room and give the same command again.`,
    { cause },
  );
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
