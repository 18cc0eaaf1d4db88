import { describe, expect, it } from "vitest";
import { createHashScorer } from "./hash-scorer.js";
import { rememberingScorer } from "./memory.js";

/** A scorer that counts its calls. */
function counted() {
  const scorer = createHashScorer();
  let calls = 0;
  return {
    ...scorer,
    score: (...call: Parameters<typeof scorer.score>) => {
      calls++;
      return scorer.score(...call);
    },
    calls: () => calls,
  };
}
const ids = (...values: number[]) => Uint32Array.from(values);

describe("a scorer with a memory", () => {
  it("asks once for the same tokens from the same place", async () => {
    const inner = counted();
    const scorer = rememberingScorer(inner);
    const first = await scorer.score(ids(1, 2, 3), { from: 1 });
    expect(await scorer.score(ids(1, 2, 3), { from: 1 })).toEqual(first);
    expect(inner.calls()).toBe(1);
    await scorer.score(ids(1, 2, 3), { from: 2 });
    await scorer.score(ids(1, 2, 4), { from: 1 });
    expect(inner.calls()).toBe(3);
  });

  it("is not changed by who writes into calls and answers", async () => {
    const scorer = rememberingScorer(counted());
    const call = ids(1, 2, 3);
    const expected = Array.from((await createHashScorer().score(call, { from: 1 })).slice());
    (await scorer.score(call, { from: 1 })).fill(7);
    (await scorer.score(call, { from: 1 })).fill(7);
    call.fill(9);
    expect(Array.from(await scorer.score(ids(1, 2, 3), { from: 1 }))).toEqual(expected);
  });

  it("forgets the oldest when it is full, and what fails at once", async () => {
    const inner = counted();
    const scorer = rememberingScorer(inner, { tokens: 10 });
    await scorer.score(ids(1, 2, 3), { from: 1 });
    await scorer.score(ids(4, 5, 6), { from: 1 });
    await scorer.score(ids(1, 2, 3), { from: 1 });
    await scorer.score(ids(7, 8, 9), { from: 1 });
    expect(inner.calls()).toBe(3);
    await scorer.score(ids(1, 2, 3), { from: 1 });
    expect(inner.calls()).toBe(3);
    await scorer.score(ids(4, 5, 6), { from: 1 });
    expect(inner.calls()).toBe(4);
  });

  it("leaves closing to the scorer's owner", async () => {
    const inner = createHashScorer();
    await rememberingScorer(inner).close();
    expect(await inner.score(ids(1, 2), { from: 1 })).toHaveLength(1);
  });
});
