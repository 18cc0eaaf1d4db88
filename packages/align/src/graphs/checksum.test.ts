import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { graphsSha256 } from "./checksum.js";
import { GRAPHS } from "./weights-index.js";

test("every graph that training runs, and the index, is in the checksum", async () => {
  const folder = await mkdtemp(join(tmpdir(), "llmlingua-graphs-"));
  try {
    await cp(GRAPHS, folder, { recursive: true });
    const whole = await graphsSha256();
    expect(await graphsSha256(folder)).toBe(whole);
    for (const name of ["block-backward.onnx", "head.onnx", "weights.json"]) {
      const bytes = await readFile(join(folder, name));
      await writeFile(join(folder, name), Buffer.concat([bytes, Buffer.of(0)]));
      expect(await graphsSha256(folder)).not.toBe(whole);
      await writeFile(join(folder, name), bytes);
    }
    await rm(join(folder, "embedding.onnx"));
    await expect(graphsSha256(folder)).rejects.toMatchObject({ code: "data-missing" });
  } finally {
    await rm(folder, { recursive: true });
  }
});
