/**
 * What `compress` and `explain` share: prompt and options in, compressed prompt out.
 *
 * @module
 */
import type { CompressedPrompt } from "../../index.js";
import type { CliContext } from "../io.js";
import { type CompressionValues, requestOf } from "./options.js";
import { progressBar } from "./progress.js";

/** Reads, compresses with progress and Ctrl-C, frees the model. */
export async function compressFiles(
  files: readonly string[],
  values: CompressionValues,
  { io, library }: CliContext,
): Promise<CompressedPrompt> {
  const { input, settings, options } = requestOf(values);
  // Late, for it brings zod: help needs none.
  const { readPrompt } = await import("../input/prompt.js");
  const prompt = await readPrompt(files, input, io);
  const { createCompressor } = await library();
  const compressor = createCompressor(settings);
  const bar = progressBar(io.stderr);
  const { signal } = io;
  try {
    return await compressor.compress(prompt, { ...options, signal, onProgress: bar.update });
  } finally {
    bar.clear();
    await compressor.close();
  }
}
