import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verifyFiles } from "./verify.js";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("verifyFiles", () => {
  let directory: string;
  const good = { path: "weights.bin", bytes: 7, sha256: sha256("weights") };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "llmlingua-verify-"));
    await writeFile(join(directory, "weights.bin"), "weights");
  });
  afterAll(() => rm(directory, { recursive: true }));

  test("accepts files as the manifest says", async () => {
    await expect(verifyFiles(directory, [good])).resolves.toBeUndefined();
  });

  test("names a missing file and how to get it back", async () => {
    await expect(verifyFiles(directory, [{ ...good, path: "gone.bin" }])).rejects.toMatchObject({
      code: "damaged-model",
      message: expect.stringMatching(/gone\.bin is missing .*Reinstall the package/),
    });
  });

  test("gives both sizes of a file that was cut off", async () => {
    await expect(verifyFiles(directory, [{ ...good, bytes: 9 }])).rejects.toMatchObject({
      code: "damaged-model",
      message: expect.stringContaining("has 7 bytes, not 9"),
    });
  });

  test("gives both checksums of a file that was changed", async () => {
    const expected = sha256("weighty");
    await expect(verifyFiles(directory, [{ ...good, sha256: expected }])).rejects.toMatchObject({
      code: "damaged-model",
      message: expect.stringMatching(new RegExp(`${good.sha256}, expected ${expected}`)),
    });
  });
});
