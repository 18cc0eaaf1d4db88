/**
 * The pairs of a collection: what is in the file, what comes to it, what is the same again.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { AlignmentError } from "../errors.js";
import {
  type Journal,
  linesOf,
  openJournal,
  type Pair,
  pairId,
  pairOf,
  pairRecord,
} from "../pairs/index.js";
import type { LoggedPair } from "./types.js";

/** What became of a pair; `known` is one that an earlier call of the command has written. */
export type Offered = "added" | "known" | "duplicate" | "contradictory" | "full";

export interface Pool {
  /** Pairs in the file. */
  readonly size: number;
  /** Pairs that were in the file when it was opened. */
  readonly before: number;
  readonly isFull: boolean;
  has(id: string): boolean;
  /** Writes a pair unless its prompt is there. */
  offer(pair: LoggedPair): Promise<Offered>;
  close(): Promise<void>;
}

export interface PoolOptions {
  readonly path: string;
  /** Most pairs in the file. */
  readonly limit: number;
  /** Whether nothing is written. */
  readonly dryRun: boolean;
}

/**
 * Opens or begins a file of pairs.
 *
 * @throws AlignmentError `data-layout` where a line is no pair, `write-failed`
 */
export async function openPool({ path, limit, dryRun }: PoolOptions): Promise<Pool> {
  // Opened first, for it removes a last line that a kill cut off.
  const journal: Journal = dryRun
    ? { add: async () => undefined, close: async () => undefined }
    : await openJournal(path);
  const written = await answersIn(path, dryRun).catch(async (error) => {
    await journal.close();
    throw error;
  });
  const before = written.size;
  const seen = new Set<string>();
  return {
    before,
    get size() {
      return written.size;
    },
    get isFull() {
      return written.size >= limit;
    },
    has: (id) => written.has(id),
    async offer(pair) {
      const whole = wholeOf(pair);
      const answer = written.get(whole.id);
      const again = seen.has(whole.id);
      seen.add(whole.id);
      if (answer !== undefined && answer !== whole.answer) return "contradictory";
      if (answer !== undefined) return again ? "duplicate" : "known";
      if (written.size >= limit) return "full";
      written.set(whole.id, whole.answer);
      await journal.add(pairRecord(whole));
      return "added";
    },
    close: () => journal.close(),
  };
}

/** With its id, and no half of a character, as it will be read again. */
function wholeOf(pair: LoggedPair): Pair {
  const messages = pair.messages.map(({ role, content }) => ({
    role,
    content: content.toWellFormed(),
  }));
  return { ...pair, messages, answer: pair.answer.toWellFormed(), id: pairId(messages) };
}

/** Answers by id of prompt. */
async function answersIn(path: string, dryRun: boolean): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  if (!existsSync(path)) return answers;
  for await (const line of linesOf(path)) {
    const pair = pairOf(line);
    if (typeof pair !== "string") {
      if (!answers.has(pair.id)) answers.set(pair.id, pair.answer);
    } else if (!dryRun) {
      const message = `${path}, line ${line.line}: ${pair}. Mend or remove the line, or give another --out.`;
      throw new AlignmentError("data-layout", message);
    }
  }
  return answers;
}
