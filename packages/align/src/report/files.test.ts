import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { linesOf, writeFiles } from "./files.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "align-files-"));
});
afterEach(() => rm(folder, { recursive: true }));

it("replaces the files of an earlier report, and removes those that this one has not", async () => {
  for (const name of ["report.md", "samples.jsonl", "mine.txt"]) {
    await writeFile(join(folder, name), "old");
  }
  const lines = linesOf([{ a: 1 }, { a: 2 }]);
  await writeFiles(folder, { "report.md": "new", "held.jsonl": lines, "samples.jsonl": undefined });
  expect((await readdir(folder)).sort()).toEqual(["held.jsonl", "mine.txt", "report.md"]);
  expect(await readFile(join(folder, "report.md"), "utf8")).toBe("new");
  expect(await readFile(join(folder, "held.jsonl"), "utf8")).toBe('{"a":1}\n{"a":2}\n');
});

it("leaves what was there, and nothing half written, where it cannot write", async () => {
  await mkdir(join(folder, "report.md", "in the way"), { recursive: true });
  await writeFile(join(folder, "summary.json"), "old");
  const files = { "report.md": "new", "summary.json": "new" };
  await expect(writeFiles(folder, files)).rejects.toMatchObject({
    code: "write-failed",
    message: expect.stringContaining("Give another --out."),
  });
  expect((await readdir(folder)).sort()).toEqual(["report.md", "summary.json"]);
  expect(await readFile(join(folder, "summary.json"), "utf8")).toBe("old");
});
