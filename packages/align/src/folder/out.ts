/**
 * Where an aligned scorer's folder may be written: nowhere, or over an older one of its kind.
 *
 * @module
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AlignmentError } from "../errors.js";
import { TRAINING } from "./read.js";
import { trainingSchema } from "./record.js";

/** What `out` is now. */
export type OutState = "free" | "empty" | "aligned";

/**
 * Looks whether `out` may be written. A folder of anything else is refused, so nobody loses theirs.
 *
 * @throws AlignmentError `invalid-option`, naming what is in the way
 */
export async function checkOut(out: string): Promise<OutState> {
  const entries = await readdir(out).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw inTheWay(
      out,
      cause.code === "ENOTDIR" ? "is a file" : `cannot be read (${cause.message})`,
    );
  });
  if (entries === undefined) return "free";
  if (entries.length === 0) return "empty";
  const ours = await ownFiles(out);
  if (ours === undefined) throw inTheWay(out, "holds something that is no aligned scorer");
  const foreign = entries.find((entry) => !ours.has(entry));
  if (foreign !== undefined) {
    throw inTheWay(out, `holds ${JSON.stringify(foreign)}, which is no part of the scorer there`);
  }
  return "aligned";
}

/** Names at the top of an aligned scorer's folder; undefined where it is none. */
async function ownFiles(folder: string): Promise<ReadonlySet<string> | undefined> {
  const json = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, name), "utf8"));
  try {
    trainingSchema.parse(await json(TRAINING));
    const { files } = (await json("scorer.json")) as { files: readonly { path: string }[] };
    const listed = files.map(({ path }) => path.split("/")[0]);
    return new Set([...listed, "scorer.json", "README.md", TRAINING]);
  } catch {
    return undefined;
  }
}

function inTheWay(out: string, why: string): AlignmentError {
  return new AlignmentError(
    "invalid-option",
    `Cannot write a scorer to ${out}: it ${why}. Give a folder that does not exist yet, or one of an aligned scorer, which is replaced.`,
  );
}
