import { cp, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readCheckpoint } from "./checkpoint.js";
import { openClassifierGraph } from "./open-graph.js";
import { FIXTURES, openTiny } from "./tiny-suite.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "llmlingua2-"));
  await cp(fileURLToPath(new URL("tiny-bert", FIXTURES)), folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

async function change(file: string, edit: (json: Record<string, unknown>) => object) {
  const path = join(folder, file);
  await writeFile(path, JSON.stringify(edit(JSON.parse(await readFile(path, "utf8")))));
}

describe("a checkpoint's folder", () => {
  test("is read in hub layout", async () => {
    const checkpoint = await readCheckpoint(folder);
    expect(checkpoint).toMatchObject({ family: "bert", maxTokens: 512, vocabularySize: 900 });
    expect(checkpoint.graph).toBe(join(folder, "onnx/model.onnx"));
  });

  test("counts two positions less in XLM-RoBERTa", async () => {
    const path = fileURLToPath(new URL("tiny-xlm-roberta", FIXTURES));
    expect(await readCheckpoint(path)).toMatchObject({ family: "xlm-roberta", maxTokens: 512 });
  });

  test.each(["onnx/model_quantized.onnx", "model.onnx", "model_quantized.onnx"])(
    "may have its graph at %s",
    async (place) => {
      await rename(join(folder, "onnx/model.onnx"), join(folder, place));
      expect((await readCheckpoint(folder)).graph).toBe(join(folder, place));
    },
  );

  test("may do without tokenizer_config.json", async () => {
    await rm(join(folder, "tokenizer_config.json"));
    expect((await readCheckpoint(folder)).family).toBe("bert");
  });

  test("may have rows for the reference's placeholders", async () => {
    await change("config.json", (json) => ({ ...json, vocab_size: 1000 }));
    expect((await readCheckpoint(folder)).vocabularySize).toBe(1000);
  });

  test.each([
    [
      { architectures: ["GPT2LMHeadModel"] },
      "unknown-model",
      /ForTokenClassification, found GPT2LM/,
    ],
    [{ model_type: "distilbert" }, "unknown-model", /bert, mobilebert, xlm-roberta, found distil/],
    [{ id2label: { 0: "O", 1: "B", 2: "I" } }, "unknown-model", /2 labels .*found 3/],
    [{ vocab_size: 800 }, "damaged-model", /800 tokens \(vocab_size\), found one with 900/],
    [{ vocab_size: 30_522 }, "damaged-model", /30522 tokens/],
    [{ vocab_size: "900" }, "damaged-model", /whole number for vocab_size/],
    [
      { model_type: "xlm-roberta" },
      "damaged-model",
      /xlm-roberta model's tokenizer, found one of bert/,
    ],
  ])("with %j is refused, naming what was expected and found", async (edit, code, message) => {
    await change("config.json", (json) => ({ ...json, ...edit }));
    await expect(readCheckpoint(folder)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ["config.json", "unknown-model"],
    ["tokenizer.json", "damaged-model"],
    ["onnx/model.onnx", "damaged-model"],
  ])("without %s is refused", async (file, code) => {
    await rm(join(folder, file));
    await expect(readCheckpoint(folder)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(file),
    });
  });

  test("with a file cut off is refused", async () => {
    await writeFile(join(folder, "config.json"), "{");
    await expect(readCheckpoint(folder)).rejects.toThrow("config.json");
  });
});

describe("a graph", () => {
  const probe = Uint32Array.of(2, 3);

  test("that is no ONNX file is refused", async () => {
    await writeFile(join(folder, "model.onnx"), "weights");
    const graph = join(folder, "model.onnx");
    await expect(openClassifierGraph({ graph, threads: 1, probe })).rejects.toMatchObject({
      code: "damaged-model",
      message: expect.stringContaining("cannot run"),
    });
  });

  test("with fewer rows than the probe asks for is refused", async () => {
    const graph = join(folder, "onnx/model.onnx");
    const setup = { graph, threads: 1, probe: Uint32Array.of(2, 90_000) };
    await expect(openClassifierGraph(setup)).rejects.toMatchObject({ code: "damaged-model" });
  });

  test("refuses chunks that are too long or of unknown ids, and reads empty ones as nothing", async () => {
    const classifier = await openTiny("tiny-bert");
    await expect(classifier.classify([new Uint32Array(513)])).rejects.toMatchObject({
      code: "too-many-tokens",
    });
    await expect(classifier.classify([Uint32Array.of(900)])).rejects.toMatchObject({
      code: "invalid-option",
    });
    expect(await classifier.classify([new Uint32Array(0)])).toEqual([new Float32Array(0)]);
    await classifier.close();
  });
});
