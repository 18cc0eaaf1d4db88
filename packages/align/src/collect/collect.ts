/**
 * A collection: logs, prompts and instructions from seeds → `pairs.jsonl` and its card.
 *
 * LLMLingua (Jiang et al., 2023), §4.3: the small model is tuned on what the large one says.
 *
 * @module
 */
import { setMaxListeners } from "node:events";
import { basename, dirname, resolve } from "node:path";
import { createPurse, lockFolder } from "@llmlingua/eval/cli-kit";
import { AlignmentError } from "../errors.js";
import { makeFolder } from "../make-folder.js";
import { partialOf } from "./card/card-text.js";
import { writeCard } from "./card/write-card.js";
import { besideOf, type CollectOptions } from "./options.js";
import { type Pool, readPool } from "./pool.js";
import { expandSeeds, type Given, readGiven, takeLogs, takePrompts, type Work } from "./sources.js";
import { type AskSettings, howOf, readState, type State } from "./state.js";
import { type Answers, answersOf, type Collected, createTally, type Tally } from "./tally.js";

/**
 * Collects pairs. The same call again goes on where it was: nothing is asked twice but what failed. Nothing is
 * written where nothing came.
 *
 * @throws AlignmentError `invalid-option` (`out`), `data-missing`, `data-layout`, `other-run`, `too-few-pairs` where
 * there is no pair and no prompt that failed, `target-failed`, `write-failed`, `aborted`; EvaluationError
 * `other-run` while another process writes there
 */
export async function collect(options: CollectOptions): Promise<Collected> {
  const { out, dryRun, signal } = options;
  if (signal !== undefined) setMaxListeners(0, signal);
  // Read first: what is wrong with them is said before anything is asked or written.
  const given = await readGiven(options);
  if (dryRun) return collectInto(options, given);
  await makeFolder(resolve(dirname(out)));
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
    if (pool.size === 0 && !dryRun && answers.failed.length === 0) throw nothing(tally, out);
    if (pool.size > 0 && !dryRun) {
      await state.note();
      await writeCard(options, tally, answers, state.commands);
    }
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
    return await end();
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
 * Opens the files; the command is noted before the first pair or outcome.
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
  const isNoted = last?.command === command && last.redact === redact;
  const at = new Date().toISOString();
  await pool.start(() => state.note());
  await state.start(
    isNoted ? undefined : { kind: "command", command, at, redact, ...(settings && { settings }) },
  );
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

function nothing({ skipped, prompts, expanded }: Tally, out: string): AlignmentError {
  const why = [...skipped].map(([reason, times]) => `${reason}: ${times}`);
  const isAsked = prompts > 0 || expanded !== undefined;
  const none = isAsked ? "no prompt was answered" : "no log entry was found";
  const words = why.length === 0 ? none : why.join(", ");
  return new AlignmentError(
    "too-few-pairs",
    `No pair came to ${out}: ${words}. Give other sources.`,
  );
}
