import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeFolder } from "./make-folder.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "llmlingua-folder-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("makes a folder and those above it, and leaves one that is there", async () => {
  const deep = join(folder, "a", "b", "c");
  await makeFolder(deep);
  await makeFolder(deep);
  expect((await stat(deep)).isDirectory()).toBe(true);
});

test("says which folder cannot be made, where a file or the system is in the way", async () => {
  await writeFile(join(folder, "file"), "mine");
  // Node's own way of making parents never comes back from the second.
  const system = process.platform === "linux" ? ["/proc/none/x/y"] : [];
  for (const place of [join(folder, "file", "x", "y"), ...system])
    await expect(makeFolder(place)).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringMatching(
        /^Cannot make the folder .*[xy]: E[A-Z]+: .*Give another --out\.$/,
      ),
    });
});
