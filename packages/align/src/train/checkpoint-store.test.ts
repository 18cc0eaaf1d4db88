import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bowl, bytesOf, cancelledAt, PAIRS, SETTINGS } from "./bowl-suite.js";
import { anew, type CheckpointStore, checkpointStore, type WriteFile } from "./checkpoint-store.js";
import { type TrainInput, train } from "./train.js";

let folder: string;
beforeEach(async () => {
  const root = await mkdtemp(join(tmpdir(), "llmlingua-checkpoint-"));
  folder = join(root, "run.checkpoint");
});
afterEach(() => rm(join(folder, ".."), { recursive: true }));

const storeOf = (identity = { seed: 1 }, write?: WriteFile): CheckpointStore =>
  checkpointStore(folder, identity, write);

const runWith = (input: Partial<TrainInput> = {}) =>
  train({
    ...{ model: bowl(), train: PAIRS.slice(4), heldOut: PAIRS.slice(0, 4), settings: SETTINGS },
    ...{ checkpoints: storeOf(), checkpointSteps: 3 },
    ...input,
  });

const stopAt = (step: number) =>
  expect(runWith(cancelledAt(step))).rejects.toMatchObject({ code: "aborted" });

/** Writes like any other until the process is killed: `dies` says at which path. */
function killedAt(dies: (path: string) => boolean): WriteFile {
  return async (path, bytes) => {
    if (dies(path)) throw new Error("killed");
    await writeFile(path, bytes);
  };
}

describe("checkpoints", () => {
  test("are left alone by another run, which is told what differs", async () => {
    await stopAt(2);
    await expect(runWith({ checkpoints: storeOf({ seed: 2 }) })).rejects.toMatchObject({
      code: "other-run",
      message: expect.stringMatching(/seed was 1 and is 2.*--no-resume/),
    });
  });

  test("that cannot be written end the training; the one before is whole", async () => {
    const whole = await runWith();
    await storeOf().remove();
    let writes = 0;
    const full: WriteFile = async (path, bytes) => {
      if (++writes <= 3) return writeFile(path, bytes);
      await writeFile(path, bytes.slice(0, 5));
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    };
    const checkpoints = storeOf(undefined, full);
    await expect(runWith({ checkpoints })).rejects.toMatchObject({
      code: "write-failed",
      message: expect.stringMatching(/ENOSPC.*The one before is kept/),
    });
    expect((await readdir(folder)).filter((name) => /part/.test(name))).toEqual([]);
    expect((await storeOf().read())?.step).toBe(0);
    expect(bytesOf((await runWith()).adapters)).toBe(bytesOf(whole.adapters));
  });

  test("of the same step with other contents leave the one before whole until they count", async () => {
    await stopAt(2);
    const state = await storeOf().read();
    if (state === undefined) throw new Error("no checkpoint");
    const before = bytesOf(state.adapters);
    for (const { data } of state.adapters.values()) data[0] += 1;
    const dying = storeOf(
      undefined,
      killedAt((path) => path.includes("state.json")),
    );
    await expect(dying.write(state)).rejects.toMatchObject({ code: "write-failed" });
    const kept = await storeOf().read();
    expect(kept && bytesOf(kept.adapters)).toBe(before);
    await storeOf().write(state);
    const next = await storeOf().read();
    expect(next && bytesOf(next.adapters)).toBe(bytesOf(state.adapters));
    expect(await readdir(folder)).toHaveLength(2);
  });

  test("that cannot clear up what is left over are written all the same", async () => {
    await stopAt(2);
    await mkdir(join(folder, `step-1-${"0".repeat(16)}.safetensors`));
    const whole = await runWith();
    expect((await storeOf().read())?.step).toBe(whole.state.step);
  });

  test("hold one set of tensors at a time, and are refused when they are damaged", async () => {
    await runWith();
    const names = await readdir(folder);
    expect(names).toHaveLength(2);
    const tensors = names.find((name) => name.endsWith(".safetensors")) ?? "";
    await writeFile(join(folder, tensors), "short");
    await expect(storeOf().read()).rejects.toMatchObject({
      code: "data-layout",
      message: expect.stringContaining("--no-resume"),
    });
    await storeOf().remove();
    expect(await readdir(join(folder, ".."))).toEqual([]);
  });

  test.each([
    ["no JSON", () => "{"],
    ["no identity", (text: string) => JSON.stringify({ ...JSON.parse(text), identity: undefined })],
    ["no position", (text: string) => JSON.stringify({ ...JSON.parse(text), position: {} })],
    ["a path", (text: string) => text.replace(/"tensors":"step/, '"tensors":"../step')],
  ])("with %s in their state are damaged, and nothing is removed", async (_, damage) => {
    await stopAt(2);
    const state = join(folder, "state.json");
    await writeFile(state, damage(await readFile(state, "utf8")));
    const before = await readdir(folder);
    for (const act of ["read", "check", "remove"] as const)
      await expect(storeOf()[act]()).rejects.toMatchObject({
        code: "data-layout",
        message: expect.stringMatching(/state\.json is damaged, or none/),
      });
    expect(await readdir(folder)).toEqual(before);
  });
});

describe("a folder where checkpoints would go", () => {
  test("is refused, and kept, where it holds something else", async () => {
    await mkdir(folder);
    await writeFile(join(folder, "thesis.tex"), "mine");
    for (const act of [storeOf().check, storeOf().remove, runWith])
      await expect(act()).rejects.toMatchObject({
        code: "invalid-option",
        message: expect.stringContaining('"thesis.tex"'),
      });
    expect(await readFile(join(folder, "thesis.tex"), "utf8")).toBe("mine");
  });

  test("may hold what a killed first checkpoint left, or nothing", async () => {
    await mkdir(folder);
    await storeOf().check();
    const dying = storeOf(
      undefined,
      killedAt((path) => path.includes("state.json")),
    );
    await expect(runWith({ checkpoints: dying })).rejects.toMatchObject({ code: "write-failed" });
    expect(await storeOf().read()).toBeUndefined();
    await storeOf().remove();
    expect(await readdir(join(folder, ".."))).toEqual([]);
  });

  test("keeps files of others when the checkpoint goes", async () => {
    await stopAt(2);
    await writeFile(join(folder, "notes.txt"), "mine");
    await storeOf().remove();
    expect(await readdir(folder)).toEqual(["notes.txt"]);
  });

  test("may hold files of others beside a checkpoint, also where training begins anew", async () => {
    const whole = await runWith();
    await writeFile(join(folder, "mine.txt"), "mine");
    const again = await runWith({ checkpoints: anew(storeOf({ seed: 2 })) });
    expect(bytesOf(again.adapters)).toBe(bytesOf(whole.adapters));
    expect((await storeOf({ seed: 2 }).read())?.step).toBe(again.state.step);
    expect(await readdir(folder)).toHaveLength(3);
    await storeOf().remove();
    expect(await readdir(folder)).toEqual(["mine.txt"]);
    expect(await readFile(join(folder, "mine.txt"), "utf8")).toBe("mine");
  });

  test("keeps the old checkpoint until one that begins anew is written", async () => {
    await stopAt(2);
    const dying = anew(
      storeOf(
        { seed: 2 },
        killedAt(() => true),
      ),
    );
    await expect(runWith({ checkpoints: dying })).rejects.toMatchObject({ code: "write-failed" });
    expect((await storeOf().read())?.step).toBe(2);
  });

  test("that cannot be read is no folder without a checkpoint", async () => {
    await writeFile(folder, "a file");
    await expect(storeOf().read()).rejects.toMatchObject({
      code: "data-missing",
      message: expect.stringContaining(folder),
    });
    await rm(folder);
    await mkdir(join(folder, "state.json"), { recursive: true });
    await expect(storeOf().read()).rejects.toMatchObject({ code: "data-missing" });
  });
});
