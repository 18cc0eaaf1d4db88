import { describe, expect, test } from "vitest";
import { parseManifest } from "./manifest.js";

const listed = (path: string) => ({ path, bytes: 3, sha256: "a".repeat(64) });

const manifest = {
  format: "llmlingua-scorer/1",
  name: "tiny",
  graph: "scorer.onnx",
  tokenizer: "tokenizer.json",
  maxTokens: 64,
  layers: 1,
  kvHeads: 1,
  headSize: 4,
  vocabularySize: 300,
  startToken: 0,
  files: ["scorer.onnx", "tokenizer.json"].map(listed),
};

describe("parseManifest", () => {
  test("reads a manifest and passes keys it does not know", () => {
    const parsed = parseManifest(JSON.stringify({ ...manifest, precision: "int8" }), "scorer.json");
    expect(parsed).toEqual({ ...manifest, precision: "int8" });
  });

  test.each(["../scorer.onnx", "/scorer.onnx", "C:/x", "a\\b", "a/..", "..", "a\0"])(
    "refuses the path %j, which need not be inside the folder",
    (graph) => {
      const files = [...manifest.files, listed(graph)];
      expect(() => parseManifest(JSON.stringify({ ...manifest, graph, files }), "x")).toThrow(
        /field graph: it must be a relative path/,
      );
    },
  );

  test("allows files in folders and with dots in their names", () => {
    const files = [...manifest.files, listed("onnx/..weights.bin"), listed("a/b...c")];
    expect(parseManifest(JSON.stringify({ ...manifest, files }), "x").files).toEqual(files);
  });

  test("reads the adapter that a manifest names and lists", () => {
    const files = [...manifest.files, listed("a.safetensors")];
    const text = JSON.stringify({ ...manifest, files, adapter: "a.safetensors" });
    expect(parseManifest(text, "x").adapter).toBe("a.safetensors");
  });

  test("allows a model without a start token", () => {
    const { startToken: _, ...rest } = manifest;
    expect(parseManifest(JSON.stringify(rest), "scorer.json").startToken).toBeUndefined();
  });

  test.each([
    ["maxTokens", { ...manifest, maxTokens: 0 }],
    ["format", { ...manifest, format: "llmlingua-scorer/2" }],
    ["files.0.sha256", { ...manifest, files: [{ path: "x", bytes: 1, sha256: "no" }] }],
    ["graph", { ...manifest, graph: undefined }],
    ["files", { ...manifest, files: [] }],
    ["graph", { ...manifest, files: [listed("tokenizer.json")] }],
    ["tokenizer", { ...manifest, files: [listed("scorer.onnx")] }],
    ["adapter", { ...manifest, adapter: "adapter.safetensors" }],
    ["adapter", { ...manifest, adapter: "../scorer.onnx" }],
    ["files.1.path", { ...manifest, files: [listed("a"), listed("b/../../c")] }],
  ])("names the field %s when it is wrong", (field, value) => {
    expect(() => parseManifest(JSON.stringify(value), "scorer.json")).toThrow(
      expect.objectContaining({
        code: "damaged-model",
        message: expect.stringContaining(`field ${field}`),
      }),
    );
  });

  test("says that a cut-off file is not JSON", () => {
    expect(() => parseManifest('{"format":', "scorer.json")).toThrow("scorer.json is not JSON");
  });
});
