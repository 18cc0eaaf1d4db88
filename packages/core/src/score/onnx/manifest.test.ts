import { describe, expect, test } from "vitest";
import { parseManifest } from "./manifest.js";

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
  files: [{ path: "scorer.onnx", bytes: 3, sha256: "a".repeat(64) }],
};

describe("parseManifest", () => {
  test("reads a manifest and passes keys it does not know", () => {
    const parsed = parseManifest(JSON.stringify({ ...manifest, precision: "int8" }), "scorer.json");
    expect(parsed).toEqual({ ...manifest, precision: "int8" });
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
