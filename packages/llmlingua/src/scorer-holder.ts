/**
 * One loaded scorer and the jobs that use it, one after another.
 *
 * @module
 */
import { LlmlinguaError, type TokenScorer } from "@llmlingua/core";

/** Where a holder's scorer comes from, and what becomes of one that is not needed any more. */
export interface ScorerSource {
  load(): Promise<TokenScorer>;
  close(scorer: TokenScorer): Promise<void>;
}

/** A job's turn with a scorer. */
interface ScorerLease {
  /** The scorer, loaded and this job's alone until the release. */
  readonly scorer: Promise<TokenScorer>;
  /** It is dead: the next lease loads another. */
  forget(): void;
  release(): void;
}

/** Loads its scorer for the first job, and again when the loaded one has died. */
export class ScorerHolder {
  readonly #source: ScorerSource;
  #loading: Promise<TokenScorer> | undefined;
  #lastTurn: Promise<unknown> = Promise.resolve();
  #leases = 0;
  #state: "open" | "retired" | "closed" = "open";

  constructor(source: ScorerSource) {
    this.#source = source;
  }

  /** Queues for the scorer. */
  lease(): ScorerLease {
    let endTurn = () => {};
    let loading: Promise<TokenScorer> | undefined;
    const turn = new Promise<void>((resolve) => {
      endTurn = resolve;
    });
    const scorer = this.#lastTurn.then(() => {
      loading = this.#load();
      return loading;
    });
    this.#lastTurn = this.#lastTurn.then(() => turn);
    this.#leases++;
    return {
      scorer,
      forget: () => {
        this.#drop(loading).catch(() => undefined);
      },
      release: () => {
        endTurn();
        this.#leases--;
        this.#closeRetired();
      },
    };
  }

  /** Closes the scorer once the jobs that have it or queue for it are done. */
  retire(): void {
    this.#state = "retired";
    this.#closeRetired();
  }

  /** Closes the scorer now, also one that is still loading; what queues gets the error `closed`. */
  async close(): Promise<void> {
    this.#state = "closed";
    await this.#drop(this.#loading);
  }

  #load(): Promise<TokenScorer> {
    if (this.#state === "closed") return Promise.reject(closedError());
    if (this.#loading === undefined) {
      const loading = this.#source.load();
      this.#loading = loading;
      loading.catch(() => this.#drop(loading));
    }
    return this.#loading;
  }

  async #drop(loading: Promise<TokenScorer> | undefined): Promise<void> {
    if (loading === undefined || this.#loading !== loading) return;
    this.#loading = undefined;
    const scorer = await loading.catch(() => undefined);
    if (scorer !== undefined) await this.#source.close(scorer);
  }

  #closeRetired(): void {
    if (this.#state !== "retired" || this.#leases > 0) return;
    // Nobody waits for it, so nobody could be told of a failure.
    this.close().catch(() => undefined);
  }
}

/**
 * Runs a job that may ask for a scorer; the holder is chosen only then. A scorer that fails with
 * `scorer-failed` or `closed` is not used again.
 */
export async function withScorer<T>(
  choose: () => ScorerHolder,
  job: (scorer: () => Promise<TokenScorer>) => Promise<T>,
): Promise<T> {
  let lease: ScorerLease | undefined;
  let ended = false;
  const scorer = async () => {
    // An aborted job is over for its caller before it notices itself.
    if (ended) throw closedError();
    lease ??= choose().lease();
    return lease.scorer;
  };
  try {
    return await job(scorer);
  } catch (error) {
    if (isDeath(error)) lease?.forget();
    throw error;
  } finally {
    ended = true;
    lease?.release();
  }
}

function isDeath(error: unknown): boolean {
  return (
    error instanceof LlmlinguaError && (error.code === "scorer-failed" || error.code === "closed")
  );
}

/** What a closed compressor answers. */
export function closedError(): LlmlinguaError {
  return new LlmlinguaError("closed", "This compressor is closed; make a new one.");
}
