/**
 * The pairs of a collection: what is in the file, what comes to it, what is the same again.
 *
 * @module
 */
import {
  type Journal,
  PAIR_BEGIN,
  type Pair,
  pairId,
  pairOf,
  pairRecord,
  readJournal,
} from "../pairs/index.js";
import type { LoggedPair } from "./types.js";

/** What became of a pair; `known` is one that an earlier call of the command has written. */
export type Offered = "added" | "known" | "duplicate" | "contradictory" | "full";

export interface Pool extends Pick<Journal, "start" | "close"> {
  /** Pairs in the file. */
  readonly size: number;
  /** Pairs that were in the file when it was read. */
  readonly before: number;
  readonly isFull: boolean;
  has(id: string): boolean;
  /** Writes a pair unless its prompt is there. */
  offer(pair: LoggedPair): Promise<Offered>;
}

export interface PoolOptions {
  readonly path: string;
  /** Most pairs in the file. */
  readonly limit: number;
  /** Whether nothing is written. */
  readonly dryRun: boolean;
}

/**
 * Reads a file of pairs, which may not be there yet. It is written to once it is started.
 *
 * @throws AlignmentError `data-layout` where a line is no pair, `invalid-option` where it cannot be read
 */
export async function readPool({ path, limit, dryRun }: PoolOptions): Promise<Pool> {
  const written = new Map<string, string>();
  const journal = await readJournal(path, {
    begin: PAIR_BEGIN,
    take(line) {
      const pair = pairOf(line);
      if (typeof pair === "string") return pair;
      if (!written.has(pair.id)) written.set(pair.id, pair.answer);
      return undefined;
    },
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
      if (!dryRun) await journal.add(pairRecord(whole));
      return "added";
    },
    start: (before) => journal.start(before),
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
