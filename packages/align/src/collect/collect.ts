/**
 * A collection: logs, prompts and instructions from seeds → `pairs.jsonl` and its card.
 *
 * LLMLingua (Jiang et al., 2023), §4.3: the small model is tuned on what the large one says.
 *
 * @module
 */
import { setMaxListeners } from "node:events";
import { mkdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { createPurse, lockFolder } from "@llmlingua/eval/cli-kit";
import { AlignmentError } from "../errors.js";
import { partialOf } from "./card/card-text.js";
import { writeCard } from "./card/write-card.js";
import { besideOf, type CollectOptions } from "./options.js";
import { type Pool, readPool } from "./pool.js";
import { expandSeeds, type Given, readGiven, takeLogs, takePrompts, type Work } from "./sources.js";
import { type AskSettings, howOf, readState, type State } from "./state.js";
import { type Answers, answersOf, type Collected, createTally, type Tally } from "./tally.js";

/**
 * Collects pairs. The same call again goes on where it was: nothing is asked twice but what failed.
 *
 * @throws AlignmentError `data-missing`, `data-layout`, `other-run`, `too-few-pairs`, `target-failed`,
 * `write-failed`, `aborted`; EvaluationError `other-run` while another process writes there
 */
export async function collect(options: CollectOptions): Promise<Collected> {
  const { out, dryRun, signal } = options;
  if (signal !== undefined) setMaxListeners(0, signal);
  // Read first: what is wrong with them is said before anything is asked or written.
  const given = await readGiven(options);
  if (dryRun) return collectInto(options, given);
  await mkdir(dirname(out), { recursive: true }).catch((cause: Error) => {
    throw new AlignmentError("write-failed", `Cannot make ${dirname(out)}: ${cause.message}.`, {
      cause,
    });
  });
  const unlock = await lockFolder(dirname(out), basename(out));
  try {
    return await collectInto(options, given);
  } finally {
    await unlock();
  }
}

async function collectInto(options: CollectOptions, given: Given): Promise<Collected> {
  const { out, limit = Number.POSITIVE_INFINITY, dryRun, settings, redact } = options;
  const pool = await readPool({ path: out, limit, dryRun });
  const state = await readState(besideOf(out).state);
  const way = settings === undefined ? "" : howOf(settings, redact);
  const tally = createTally(pool.before);
  const purse = createPurse(options.cap, state.costs);
  const work = { options, pool, state, tally, purse, limit, way };
  const end = async () => {
    tally.pairs = pool.size;
    tally.spent = options.prices && purse.spent;
    const answers = answersOf(tally, state, way, pool.has);
    if (!dryRun) await writeCard(options, tally, answers, state.commands);
    return collectedOf(tally, answers);
  };
  try {
    await begin(options, pool, state);
    await takeAll(given, work).catch(async (error) => {
      tally.broken = error instanceof Error ? error.message : String(error);
      // The card is of what is there; where nothing came it stays as it was. What it fails with says less.
      if (pool.size > pool.before) await end().catch(() => undefined);
      throw error;
    });
    if (pool.size > 0 || dryRun) return await end();
    throw nothing(tally, answersOf(tally, state, way, pool.has), out);
  } finally {
    await Promise.all([pool.close(), state.close()]);
  }
}

async function takeAll(given: Given, work: Work): Promise<void> {
  const { target, settings } = work.options;
  await takeLogs(work);
  if (target === undefined || settings === undefined) return;
  const asking = { ...work, target, settings };
  await takePrompts(given.prompts, asking);
  await expandSeeds(given.seeds, asking);
}

function collectedOf(tally: Tally, { failed }: Answers): Collected {
  const { pairs, before, logged, skipped, open, most, spent } = tally;
  const partial = partialOf(tally);
  return { pairs, before, logged, skipped, open, most, spent, failed, partial };
}

/**
 * Opens the files and notes the command.
 *
 * @throws AlignmentError `other-run` where pairs were collected in another way before, `write-failed`
 */
async function begin(options: CollectOptions, pool: Pool, state: State): Promise<void> {
  const { settings, command, redact, out, dryRun } = options;
  const last = state.commands.at(-1);
  const other = pool.before === 0 ? undefined : otherWay(options, state);
  if (other !== undefined) {
    const message = `${out} was collected with ${other}. Give the same, or another --out.`;
    throw new AlignmentError("other-run", message);
  }
  if (dryRun) return;
  await pool.start();
  await state.start();
  if (last?.command === command && last.redact === redact) return;
  const at = new Date().toISOString();
  await state.add({ kind: "command", command, at, redact, ...(settings && { settings }) });
}

/** What is not as it was, in words. */
function otherWay({ settings, redact }: CollectOptions, { commands }: State): string | undefined {
  const words = (name: string, before: unknown, now: unknown) =>
    `${name} ${before ?? "not given"}, now it is ${now ?? "not given"}`;
  const last = commands.at(-1);
  if (last !== undefined && last.redact !== redact) return words("redact", last.redact, redact);
  const before = commands.findLast((one) => one.settings !== undefined)?.settings;
  if (settings === undefined || before === undefined) return undefined;
  const names = Object.keys({ ...before, ...settings }) as (keyof AskSettings)[];
  const name = names.find((one) => before[one] !== settings[one]);
  return name && words(name, before[name], settings[name]);
}

function nothing(tally: Tally, { failed }: Answers, out: string): AlignmentError {
  const why = [...tally.skipped].map(([reason, times]) => `${reason}: ${times}`);
  if (failed.length > 0) {
    const [{ where, reason }] = failed;
    why.push(`prompts that failed: ${failed.length}, the first one ${where}: ${reason}`);
  }
  const words = why.length === 0 ? "no prompt was answered" : why.join(", ");
  return new AlignmentError(
    "too-few-pairs",
    `No pair came to ${out}: ${words}. Give other sources.`,
  );
}
