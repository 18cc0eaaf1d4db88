import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { howOf, outcomeOf, readState } from "./state.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "llmlingua-state-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("readState", () => {
  it("keeps the last outcome of a prompt and every cost", async () => {
    const path = join(folder, "x.collect.jsonl");
    const state = await readState(path);
    await state.start();
    await state.add({
      kind: "answer",
      id: "a",
      how: "h",
      outcome: "failed",
      reason: "down",
      cost: 1,
    });
    await state.add({ kind: "answer", id: "a", how: "h", outcome: "answered", cost: 2 });
    await state.add({
      kind: "round",
      of: "s",
      round: 0,
      tasks: ["t"],
      left: { length: 2 },
      cost: 3,
    });
    await state.close();
    const again = await readState(path);
    await again.close();
    expect(again.answers).toEqual(state.answers);
    expect(again.answers.get("a")?.outcome).toBe("answered");
    expect(again.rounds).toEqual(state.rounds);
    expect(again.costs).toEqual([1, 2, 3]);
  });

  it("names a line that it did not write, and leaves the file as it is", async () => {
    const path = join(folder, "x.collect.jsonl");
    await writeFile(path, '{"kind":"answer","id":"a","how":"h","outcome":"maybe"}\n');
    await expect(readState(path)).rejects.toMatchObject({
      code: "data-layout",
      message: expect.stringMatching(/line 1: field outcome: .*give another --out/),
    });
    expect(await readFile(path, "utf8")).toContain("maybe");
  });

  it("knows no outcome of a prompt that was asked in another way", async () => {
    const settings = { target: "m", where: "w", api: "chat", maxNewTokens: 1, temperature: 0 };
    const how = howOf(settings, "off");
    const record = { kind: "answer", id: "a", how, outcome: "empty" } as const;
    const state = { answers: new Map([["a", record]]) };
    expect(outcomeOf(state, "a", howOf({ ...settings }, "off"))).toBe(record);
    for (const other of [
      { temperature: 1 },
      { system: "S" },
      { target: "n" },
      { maxNewTokens: 2 },
    ]) {
      expect(outcomeOf(state, "a", howOf({ ...settings, ...other }, "off"))).toBeUndefined();
    }
    expect(outcomeOf(state, "a", howOf(settings, "drop"))).toBeUndefined();
  });
});
