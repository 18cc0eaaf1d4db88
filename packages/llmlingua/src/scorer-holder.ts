/**
 * One loaded scorer and the jobs that use it, one after another.
 *
 * @module
 */
import { LlmlinguaError, type TokenScorer } from "@llmlingua/core";

/** Loads its scorer when first asked, and again after the loaded one has died. */
export interface ScorerHolder {
  /** Registers a job; what it leases is not closed under it, but by {@link ScorerHolder.close}. */
  lease(): ScorerLease;
  /** Closes the scorer once no job holds a lease. */
  retire(): void;
  /** Closes it now, also one that is still loading. Later leases give an error `closed`. */
  close(): Promise<void>;
}

/** A job's hold on a scorer. */
export interface ScorerLease {
  /** The scorer, loaded and this job's alone until the release. Ask once. */
  scorer(): Promise<TokenScorer>;
  /** The scorer is dead: the next lease loads another. */
  forget(): void;
  release(): void;
}

/** How a holder gets its scorer, and what it does with one that is not needed any more. */
export interface ScorerSource {
  load(): Promise<TokenScorer>;
  close(scorer: TokenScorer): Promise<void>;
}

/** Makes a holder; nothing is loaded yet. */
export function holdScorer(source: ScorerSource): ScorerHolder {
  let loading: Promise<TokenScorer> | undefined;
  let lastTurn: Promise<unknown> = Promise.resolve();
  let leases = 0;
  let state: "open" | "retired" | "closed" = "open";

  const load = (): Promise<TokenScorer> => {
    if (state === "closed") return Promise.reject(closedError());
    if (loading === undefined) {
      const own = source.load();
      loading = own;
      own.catch(() => drop(own));
    }
    return loading;
  };
  const drop = (dropped: Promise<TokenScorer> | undefined) => {
    if (loading === dropped) loading = undefined;
  };
  const closeLoaded = async () => {
    const closing = loading;
    loading = undefined;
    const scorer = await closing?.catch(() => undefined);
    if (scorer !== undefined) await source.close(scorer);
  };

  return {
    lease() {
      const before = lastTurn;
      let asked: Promise<TokenScorer> | undefined;
      let endTurn = () => {};
      leases++;
      return {
        scorer() {
          const turn = new Promise<void>((resolve) => {
            endTurn = resolve;
          });
          lastTurn = before.then(() => turn);
          asked = before.then(load);
          return asked;
        },
        forget() {},
        release() {
          leases--;
          endTurn();
        },
      };
    },
    retire() {},
    async close() {
      state = "closed";
      await closeLoaded();
    },
  };
}

function closedError(): LlmlinguaError {
  return new LlmlinguaError("closed", "This compressor is closed; make a new one.");
}
