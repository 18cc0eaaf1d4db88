/**
 * `@llmlingua/core/classify/onnx`: LLMLingua-2 classifiers run by ONNX Runtime in Node.
 *
 * @module
 */
export { type LoadClassifierOptions, loadClassifier } from "./load-classifier.js";
