/**
 * What can be wrong with a checkpoint, in words. Pure.
 *
 * @module
 */
import { AlignmentError } from "../errors.js";
import type { RunIdentity } from "./checkpoint.js";

/** @throws AlignmentError `other-run`, naming every difference */
export function checkIdentity(folder: string, found: RunIdentity, wanted: RunIdentity): void {
  const keys = [...new Set([...Object.keys(found), ...Object.keys(wanted)])];
  const other = keys
    .filter((key) => found[key] !== wanted[key])
    .map((key) => `${key} was ${found[key]} and is ${wanted[key]}`);
  if (other.length === 0) return;
  throw new AlignmentError(
    "other-run",
    `${folder} holds an unfinished training of another kind: ${other.join("; ")}. Start anew with --no-resume, or give another --out.`,
  );
}

export function notOurs(folder: string, name: string): AlignmentError {
  return new AlignmentError(
    "invalid-option",
    `Checkpoints would go into ${folder}, which holds ${JSON.stringify(name)} and no checkpoint. Give another --out, or move that folder away.`,
  );
}

/** Of a `state.json`: what the folder holds is not known, so nothing removes it. */
export function damagedState(path: string, cause?: unknown): AlignmentError {
  return new AlignmentError(
    "data-layout",
    `The checkpoint ${path} is damaged, or none. Remove its folder if nothing in it is to be kept, or give another --out.`,
    { cause },
  );
}

export function damagedTensors(path: string, cause?: unknown): AlignmentError {
  return new AlignmentError(
    "data-layout",
    `The checkpoint ${path} is damaged. Start anew with --no-resume, or give another --out.`,
    { cause },
  );
}

export function cannotRead(folder: string, cause: unknown): AlignmentError {
  return new AlignmentError(
    "data-missing",
    `Cannot read the checkpoint in ${folder}: ${wordsOf(cause)}. Make it readable, or give another --out.`,
    { cause },
  );
}

export function cannotWrite(folder: string, cause: unknown): AlignmentError {
  return new AlignmentError(
    "write-failed",
    `Cannot write a checkpoint to ${folder}: ${wordsOf(cause)}. The one before is kept: make room and give the same command again.`,
    { cause },
  );
}

function wordsOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
