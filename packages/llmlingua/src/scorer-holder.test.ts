import { createHashScorer, LlmlinguaError, type TokenScorer } from "@llmlingua/core";
import { describe, expect, test } from "vitest";
import { ScorerHolder, withScorer } from "./scorer-holder.js";

/** A holder of fake scorers, with a log of what was loaded and closed by number. */
function holderWithLog(load = async () => createHashScorer() as TokenScorer) {
  const log: string[] = [];
  const numbers = new Map<TokenScorer, number>();
  const holder = new ScorerHolder({
    async load() {
      const number = numbers.size + log.filter((line) => line.startsWith("failed")).length + 1;
      try {
        const scorer = await load();
        numbers.set(scorer, number);
        log.push(`loaded ${number}`);
        return scorer;
      } catch (error) {
        log.push(`failed ${number}`);
        throw error;
      }
    },
    async close(scorer) {
      log.push(`closed ${numbers.get(scorer)}`);
    },
  });
  return { holder, log };
}

const use = (holder: ScorerHolder) =>
  withScorer(
    () => holder,
    (scorer) => scorer(),
  );
const failWith = (holder: ScorerHolder, error: unknown) =>
  withScorer(
    () => holder,
    async (scorer) => {
      await scorer();
      throw error;
    },
  );
/** Lets everything run that waits for nothing. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 1));

describe("a scorer holder", () => {
  test("loads once, when first asked", async () => {
    const { holder, log } = holderWithLog();
    await withScorer(
      () => holder,
      async () => "asks for none",
    );
    expect(log).toEqual([]);
    const [one, two] = await Promise.all([use(holder), use(holder)]);
    expect(one).toBe(two);
    expect(log).toEqual(["loaded 1"]);
  });

  test("gives the scorer to one job after another, in the order they ask", async () => {
    const { holder } = holderWithLog();
    const seen: string[] = [];
    const job = (name: string) =>
      withScorer(
        () => holder,
        async (scorer) => {
          await scorer();
          seen.push(`${name} starts`);
          await settled();
          seen.push(`${name} ends`);
        },
      );
    await Promise.all([job("a"), job("b"), job("c")]);
    expect(seen).toEqual(["a starts", "a ends", "b starts", "b ends", "c starts", "c ends"]);
  });

  test.each(["scorer-failed", "closed"] as const)(
    "loads again after a scorer failed with %s, and frees the dead one",
    async (code) => {
      const { holder, log } = holderWithLog();
      const death = new LlmlinguaError(code, "dead");
      await expect(failWith(holder, death)).rejects.toBe(death);
      await use(holder);
      expect(log).toEqual(["loaded 1", "closed 1", "loaded 2"]);
    },
  );

  test("keeps the scorer after errors that are not its death", async () => {
    const { holder, log } = holderWithLog();
    await expect(failWith(holder, new LlmlinguaError("aborted", "enough"))).rejects.toThrow();
    await use(holder);
    expect(log).toEqual(["loaded 1"]);
  });

  test("tries again after a failed load", async () => {
    let tries = 0;
    const { holder, log } = holderWithLog(async () => {
      if (tries++ === 0) throw new Error("no memory");
      return createHashScorer();
    });
    await expect(use(holder)).rejects.toThrow("no memory");
    await use(holder);
    expect(log).toEqual(["failed 1", "loaded 2"]);
  });

  test("is retired when its running and waiting jobs are done", async () => {
    const { holder, log } = holderWithLog();
    let end = () => {};
    const running = withScorer(
      () => holder,
      async (scorer) => {
        await scorer();
        await new Promise<void>((resolve) => {
          end = resolve;
        });
      },
    );
    const waiting = use(holder);
    await settled();
    holder.retire();
    await settled();
    expect(log).toEqual(["loaded 1"]);
    end();
    await Promise.all([running, waiting]);
    await settled();
    expect(log).toEqual(["loaded 1", "closed 1"]);
  });

  test("closes a scorer that is still loading, and refuses later jobs", async () => {
    let finish = (_: TokenScorer) => {};
    const { holder, log } = holderWithLog(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    const job = use(holder);
    await settled();
    const closed = holder.close();
    finish(createHashScorer());
    await Promise.all([job, closed]);
    expect(log).toEqual(["loaded 1", "closed 1"]);
    await expect(use(holder)).rejects.toMatchObject({ code: "closed" });
  });

  test("gives no turn to a job that is over, so that none waits for it", async () => {
    const { holder } = holderWithLog();
    let ask: () => Promise<TokenScorer> = () => Promise.reject(new Error("not set"));
    await withScorer(
      () => holder,
      async (scorer) => {
        ask = scorer;
      },
    );
    await expect(ask()).rejects.toMatchObject({ code: "closed" });
    await use(holder);
  });
});
