import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { baseSha256, checkBase } from "./base.js";
import { readWeights } from "./weights.js";
import { readWeightsIndex, type WeightsIndex } from "./weights-index.js";

const BYTES = Uint8Array.from([9, 1, 255, 0, 0, 128, 63, 0, 0, 0, 192]);

let folder: string;
let index: WeightsIndex;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "llmlingua-base-"));
  await writeFile(join(folder, "a.bin"), BYTES);
  const sha256 = createHash("sha256").update(BYTES).digest("hex");
  index = {
    ...{ format: "llmlingua-weights/1", base: "tiny", layers: 1 },
    files: [{ path: "a.bin", bytes: BYTES.length, sha256 }],
    tensors: {
      "m.weight": { file: "a.bin", offset: 1, dtype: "int8", dims: [2, 1] },
      "m.scale": { file: "a.bin", offset: 3, dtype: "float32", dims: [2] },
    },
  };
});
afterEach(() => rm(folder, { recursive: true }));

test("the base's tensors are read from where the index says, aligned or not", async () => {
  await checkBase(folder, index);
  const weights = await readWeights(folder, index);
  expect(weights.get("m.weight")?.data).toEqual(Int8Array.of(1, -1));
  expect(weights.get("m.scale")?.data).toEqual(Float32Array.of(1, -2));
});

test("another model is refused, and the file that differs is named", async () => {
  await writeFile(
    join(folder, "a.bin"),
    BYTES.map((byte, at) => (at === 2 ? 7 : byte)),
  );
  await expect(checkBase(folder, index)).rejects.toMatchObject({
    code: "other-base",
    message: expect.stringMatching(/^a\.bin in .* has SHA-256 .* not tiny/),
  });
  await writeFile(join(folder, "a.bin"), BYTES.subarray(1));
  await expect(checkBase(folder, index)).rejects.toThrow(/a\.bin in .* has 10 bytes, not 11/);
  await rm(join(folder, "a.bin"));
  await expect(checkBase(folder, index)).rejects.toMatchObject({
    code: "data-missing",
    message: expect.stringMatching(/No a\.bin in .*--base/),
  });
});

test("an index that is damaged or missing is refused", async () => {
  await expect(readWeightsIndex(folder)).rejects.toMatchObject({ code: "data-missing" });
  await writeFile(join(folder, "weights.json"), '{"format":"other"}');
  await expect(readWeightsIndex(folder)).rejects.toThrow(/weights\.json.*Reinstall/s);
});

test("the package's index has every tensor of its layers, and one checksum for them all", async () => {
  const shipped = await readWeightsIndex();
  expect(Object.keys(shipped.tensors)).toHaveLength(5 + 10 * shipped.layers);
  expect(baseSha256(shipped)).toMatch(/^[0-9a-f]{64}$/);
});
