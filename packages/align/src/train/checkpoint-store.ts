/**
 * Checkpoints on disk: `state.json`, and the tensors that it names. What is there is always whole.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AlignmentError } from "../errors.js";
import {
  type Checkpoint,
  checkpointSchema,
  packState,
  type RunIdentity,
  unpackState,
} from "./checkpoint.js";
import {
  cannotRead,
  cannotWrite,
  checkIdentity,
  damagedState,
  damagedTensors,
  notOurs,
} from "./checkpoint-errors.js";
import {
  foreignIn,
  removeOthers,
  removeOwn,
  STATE,
  tensorsName,
  UNFINISHED,
} from "./checkpoint-files.js";
import type { TrainState } from "./state.js";

export interface CheckpointStore {
  /** Named in messages. */
  readonly folder: string;
  /**
   * Refuses a folder that holds something and no checkpoint; one that is empty or not there is fine. Files beside a
   * checkpoint are left alone.
   *
   * @throws AlignmentError `invalid-option` (files of another kind), `data-layout` (a damaged `state.json`),
   * `data-missing` (cannot be read)
   */
  check(): Promise<void>;
  /**
   * The last checkpoint of this run, where there is one.
   *
   * @throws AlignmentError as `check`; `other-run` when it is of other settings, pairs or base; `data-layout` when its
   * tensors are damaged
   */
  read(): Promise<TrainState | undefined>;
  /** @throws AlignmentError `write-failed`; the one before is kept */
  write(state: TrainState): Promise<void>;
  /**
   * Removes the checkpoint's own files, and the folder once it is empty.
   *
   * @throws AlignmentError as `check`, with nothing removed
   */
  remove(): Promise<void>;
}

/** How bytes reach the disk; tests give one that fails. */
export type WriteFile = (path: string, bytes: Uint8Array | string) => Promise<void>;

/** @param identity - what must be the same for a checkpoint to be taken up */
export function checkpointStore(
  folder: string,
  identity: RunIdentity,
  write: WriteFile = writeFile,
): CheckpointStore {
  const place = (name: string) => join(folder, name);
  return {
    folder,
    async check() {
      await readState(folder);
    },
    async read() {
      const checkpoint = await readState(folder);
      if (checkpoint === undefined) return undefined;
      checkIdentity(folder, checkpoint.identity, identity);
      return stateOf(checkpoint, place(checkpoint.tensors));
    },
    async write(state) {
      const { bytes, position, names } = packState(state);
      const hash = sha256(bytes);
      const tensors = tensorsName(state.step, hash);
      const about: Checkpoint = { identity, position, names, tensors, sha256: hash };
      try {
        await mkdir(folder, { recursive: true });
        await replace(place(tensors), bytes, write);
        // From here on the new one counts: both renames are whole or not at all.
        await replace(place(STATE), `${JSON.stringify(about)}\n`, write);
      } catch (cause) {
        throw cannotWrite(folder, cause);
      }
      // Leftovers cost room and nothing else: the next checkpoint tries again.
      await removeOthers(folder, tensors).catch(() => undefined);
    },
    async remove() {
      await readState(folder);
      await removeOwn(folder);
    },
  };
}

/**
 * A store that begins anew: nothing is read, and the first checkpoint that is written takes the place of what was there.
 * Until then the old one stays.
 */
export function anew(store: CheckpointStore): CheckpointStore {
  return { ...store, read: async () => undefined };
}

async function replace(path: string, bytes: Uint8Array | string, write: WriteFile): Promise<void> {
  const unfinished = path + UNFINISHED;
  try {
    await write(unfinished, bytes);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** The state with the tensors of `path`. @throws AlignmentError `data-layout` where they are not those */
async function stateOf(checkpoint: Checkpoint, path: string): Promise<TrainState> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw damagedTensors(path, cause);
  });
  const isWhole = sha256(bytes) === checkpoint.sha256;
  const state = isWhole ? unpackState(checkpoint, bytes) : undefined;
  if (state === undefined) throw damagedTensors(path);
  return state;
}

/** The checked `state.json`, whatever lies beside it; undefined where there is none, nor anything but leftovers of one. */
async function readState(folder: string): Promise<Checkpoint | undefined> {
  const path = join(folder, STATE);
  try {
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (text !== undefined) return parsed(text, path);
    const foreign = await foreignIn(folder);
    if (foreign !== undefined) throw notOurs(folder, foreign);
    return undefined;
  } catch (cause) {
    throw cause instanceof AlignmentError ? cause : cannotRead(folder, cause);
  }
}

function parsed(text: string, path: string): Checkpoint {
  try {
    return checkpointSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw damagedState(path, cause);
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
