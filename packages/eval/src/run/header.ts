/**
 * `run.json`: what a run is of, checked when it is resumed.
 *
 * @module
 */
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EvaluationError } from "../errors.js";
import { runHeader } from "./records.js";
import type { RunConfig, RunHeader } from "./types.js";

/** What a resumed run may have more or fewer of: its records say what they are of. */
const MAY_DIFFER: readonly (keyof RunConfig)[] = ["methods", "sizes", "items", "skip"];

/**
 * Writes the header of a new run, or checks that a folder's run is the same one.
 *
 * @throws EvaluationError `other-run` naming what differs
 */
export async function beginRun(
  folder: string,
  config: RunConfig,
  circumstances: Pick<RunHeader, "versions" | "git" | "command">,
): Promise<RunHeader> {
  const before = await headerOf(folder);
  if (before !== undefined) checkSame(folder, before.config, config);
  const now = { config, ...circumstances, started: new Date().toISOString() };
  const earlier = before === undefined ? [] : earlierOf(before, now);
  const header = { ...now, ...(earlier.length > 0 && { earlier }) };
  await writeHeader(folder, header);
  return header;
}

/** Earlier circumstances, those of the header before among them where they are not the same. */
function earlierOf(before: RunHeader, now: RunHeader): NonNullable<RunHeader["earlier"]> {
  const { earlier = [], versions, git, started } = before;
  const same = JSON.stringify([versions, git]) === JSON.stringify([now.versions, now.git]);
  return same ? earlier : [...earlier, { versions, git, started }];
}

/** Writes down how a run ended. */
export async function endRun(
  folder: string,
  header: RunHeader,
  how: "complete" | "budget-reached",
  spent: number | undefined,
): Promise<RunHeader> {
  const ended = { at: new Date().toISOString(), how, ...(spent !== undefined && { spent }) };
  await writeHeader(folder, { ...header, ended });
  return { ...header, ended };
}

async function headerOf(folder: string): Promise<RunHeader | undefined> {
  const path = join(folder, "run.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const parsed = runHeader.safeParse(parsedOrNothing(text));
  if (parsed.success) return parsed.data;
  throw new EvaluationError(
    "other-run",
    `${path} is not the header of a run. Give another folder.`,
  );
}

function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Renamed into place, so that a kill leaves the old one or the new one. */
async function writeHeader(folder: string, header: RunHeader): Promise<void> {
  const path = join(folder, "run.json");
  await writeFile(`${path}.new`, `${JSON.stringify(header, null, 2)}\n`);
  await rename(`${path}.new`, path);
}

/** Name of the target of a run that only compresses, which no model can have: another one may answer. */
export const NO_TARGET = "";

function checkSame(folder: string, before: RunConfig, now: RunConfig): void {
  const targets = [before.target.name, now.target.name];
  for (const key of Object.keys(now) as (keyof RunConfig)[]) {
    if (MAY_DIFFER.includes(key) || (key === "target" && targets.includes(NO_TARGET))) continue;
    const [had, has] = [JSON.stringify(before[key]), JSON.stringify(now[key])];
    if (had === has) continue;
    throw new EvaluationError(
      "other-run",
      `${folder} holds a run with ${key} ${had}; this one has ${has}. Give another folder, or the same ${key} to go on with it.`,
    );
  }
}
