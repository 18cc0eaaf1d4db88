/**
 * Where the embedded scorer lies: SmolLM2-135M-Instruct as an int8 graph for ONNX Runtime.
 *
 * @module
 */

/** Folder with `scorer.json`, `scorer.onnx`, its weights and `tokenizer.json`. */
export const modelDirectory: URL = new URL("../model/", import.meta.url);
