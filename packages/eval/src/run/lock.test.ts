import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lockFolder } from "./lock.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "llmlingua-eval-"));
});
afterEach(() => rm(folder, { recursive: true }));

it("is given to one of many that find the lock of a process that is gone", async () => {
  for (let round = 0; round < 30; round++) {
    await writeFile(join(folder, "run.lock"), "999999999");
    const all = await Promise.allSettled(Array.from({ length: 12 }, () => lockFolder(folder)));
    const taken = all.filter((one) => one.status === "fulfilled");
    expect(taken).toHaveLength(1);
    expect(await readFile(join(folder, "run.lock"), "utf8")).toBe(String(process.pid));
    for (const one of all) {
      if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "other-run" });
    }
    await taken[0].value();
    expect(await readdir(folder)).toEqual([]);
  }
});

it("names what is written to, not the folder around it, and the way out", async () => {
  const pid = String(process.pid);
  for (const name of ["run", "pairs.jsonl", "x.training"])
    await writeFile(join(folder, `${name}.lock`), pid);
  const busy = (what: string) => ({
    code: "other-run",
    message: expect.stringContaining(`is writing to ${what}. Wait for it or give another --out;`),
  });
  await expect(lockFolder(folder)).rejects.toMatchObject(busy(folder));
  const file = join(folder, "pairs.jsonl");
  await expect(lockFolder(folder, "pairs.jsonl")).rejects.toMatchObject(busy(file));
  await expect(lockFolder(folder, "x.training", "x")).rejects.toMatchObject(busy("x"));
});

it("says which file to remove where a takeover was broken off", async () => {
  await writeFile(join(folder, "run.lock"), "999999999");
  await writeFile(join(folder, "run.lock.stale"), "999999998");
  await expect(lockFolder(folder)).rejects.toThrow(
    /Process 999999998 .* remove .*run\.lock\.stale/,
  );
});
