import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createScorerSession, type ScorerGraph } from "./session.js";

/** A graph whose rows are the tokens themselves; a score says how its whole prefix was read. */
function fakeGraph() {
  const rows: number[] = [];
  const runs: { inputs: number[]; targets: number[]; past: number }[] = [];
  let room = 0;
  let failAt = Number.POSITIVE_INFINITY;
  const graph: ScorerGraph = {
    reserve(wanted, valid) {
      if (wanted <= room) return;
      room = wanted;
      rows.length = Math.min(rows.length, valid);
    },
    async run(inputs, targets, past) {
      if (runs.length >= failAt) throw new Error("out of memory");
      if (past > rows.length || past + inputs.length > room) throw new Error("rows out of range");
      if (targets.length < 1 || targets.length > inputs.length) throw new Error("bad targets");
      runs.push({ inputs: Array.from(inputs), targets: Array.from(targets), past });
      for (const [index, id] of inputs.entries()) rows[past + index] = id;
      const first = past + inputs.length - targets.length;
      return Float32Array.from(targets, (target, index) =>
        scoreOf(rows.slice(0, first + index + 1), target),
      );
    },
  };
  return { graph, runs, failAt: (count: number) => (failAt = count) };
}

function scoreOf(prefix: readonly number[], target: number): number {
  const sum = prefix.reduce((total, id, index) => (total * 31 + id * (index + 1)) % 9973, 7);
  return -(((sum * 17 + target) % 1000) + 1);
}

function expected(ids: Uint32Array, from: number): number[] {
  const all = Array.from(ids, (id, index) =>
    index === 0 ? Number.NaN : scoreOf(Array.from(ids.subarray(0, index)), id),
  );
  return all.slice(from);
}

const u32 = (...ids: number[]) => Uint32Array.from(ids);

describe("a scorer session", () => {
  test("reads every token but the last, in chunks", async () => {
    const { graph, runs } = fakeGraph();
    await createScorerSession(graph, 2).score(u32(1, 2, 3, 4), 0);
    expect(runs).toEqual([
      { inputs: [1, 2], targets: [2, 3], past: 0 },
      { inputs: [3], targets: [4], past: 2 },
    ]);
  });

  test("continues behind the prefix it shares with the last call", async () => {
    const { graph, runs } = fakeGraph();
    const session = createScorerSession(graph);
    await session.score(u32(1, 2, 3, 4), 0);
    await session.score(u32(1, 2, 9, 8), 2);
    expect(runs[1]).toEqual({ inputs: [2, 9], targets: [9, 8], past: 1 });
  });

  test("reads the token before the first wanted one again, and nothing else", async () => {
    const { graph, runs } = fakeGraph();
    const session = createScorerSession(graph);
    await session.score(u32(1, 2, 3, 4, 5), 0);
    await session.score(u32(1, 2, 3, 4, 5), 3);
    expect(runs[1]).toEqual({ inputs: [3, 4], targets: [4, 5], past: 2 });
  });

  test("asks for one score it does not use while it reads a prefix", async () => {
    const { graph, runs } = fakeGraph();
    const scores = await createScorerSession(graph, 2).score(u32(1, 2, 3, 4, 5, 6), 5);
    expect(runs.map(({ targets }) => targets)).toEqual([[3], [5], [6]]);
    expect(Array.from(scores)).toEqual(expected(u32(1, 2, 3, 4, 5, 6), 5));
  });

  test("runs nothing when nothing can be scored", async () => {
    const { graph, runs } = fakeGraph();
    const session = createScorerSession(graph);
    expect(Array.from(await session.score(u32(), 0))).toEqual([]);
    expect(Array.from(await session.score(u32(7), 0))).toEqual([Number.NaN]);
    expect(Array.from(await session.score(u32(7), 1))).toEqual([]);
    expect(Array.from(await session.score(u32(7, 8, 9), 3))).toEqual([]);
    expect(runs).toEqual([]);
  });

  test("keeps a longer memory when asked for a beginning of it", async () => {
    const { graph, runs } = fakeGraph();
    const session = createScorerSession(graph);
    await session.score(u32(1, 2, 3, 4, 5), 0);
    await session.score(u32(1, 2, 3), 2);
    await session.score(u32(1, 2, 3, 4, 5), 4);
    expect(runs[2]).toEqual({ inputs: [3, 4], targets: [5], past: 2 });
  });

  test("never runs a single row where there are more: its rounding differs", async () => {
    const { graph, runs } = fakeGraph();
    const session = createScorerSession(graph, 4);
    await session.score(u32(1, 2, 3, 4, 5, 6), 0);
    await session.score(u32(1, 2, 3, 4, 5, 6, 7), 6);
    expect(runs.map(({ inputs }) => inputs.length)).toEqual([3, 2, 2]);
  });

  test("gives right scores after a run that failed", async () => {
    const { graph, runs, failAt } = fakeGraph();
    const session = createScorerSession(graph, 2);
    await session.score(u32(1, 2, 3, 4, 5, 6, 7), 0);
    failAt(runs.length + 1);
    await expect(session.score(u32(1, 9, 9, 9, 9, 9, 9), 0)).rejects.toThrow("out of memory");
    failAt(Number.POSITIVE_INFINITY);
    const ids = u32(1, 2, 3, 4, 5, 6, 7);
    expect(Array.from(await session.score(ids, 1))).toEqual(expected(ids, 1));
  });

  test("gives right scores after a call stopped between chunks", async () => {
    const { graph } = fakeGraph();
    const session = createScorerSession(graph, 2);
    let chunks = 0;
    const stop = () => {
      if (++chunks === 3) throw new Error("stopped");
    };
    const ids = u32(5, 4, 3, 2, 1, 2, 3, 4);
    await expect(session.score(ids, 0, stop)).rejects.toThrow("stopped");
    expect(Array.from(await session.score(ids, 0))).toEqual(expected(ids, 0));
  });

  test("gives the scores of a fresh session, whatever was asked before", async () => {
    const ids = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 12 });
    const call = fc.record({ ids, share: fc.double({ min: 0, max: 1, noNaN: true }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { maxLength: 8 }),
        fc.integer({ min: 1, max: 5 }),
        async (calls, chunk) => {
          const session = createScorerSession(fakeGraph().graph, chunk);
          for (const { ids, share } of calls) {
            const tokens = Uint32Array.from(ids);
            const from = Math.round(share * tokens.length);
            expect(Array.from(await session.score(tokens, from))).toEqual(expected(tokens, from));
          }
        },
      ),
    );
  });
});
