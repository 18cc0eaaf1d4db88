/**
 * What `compress` and `explain` share: prompt and flags in, compressed prompt out.
 *
 * @module
 */
import type { CompressedPrompt } from "../../index.js";
import type { Parsed } from "../args/parse.js";
import { inputFlags } from "../input/flags.js";
import { readPrompt } from "../input/prompt.js";
import type { CliContext } from "../io.js";
import { workFlags } from "./flags.js";
import { budgetOf, optionsOf, settingsOf } from "./options.js";
import { progressBar } from "./progress.js";

/** Flags of every command that compresses. */
export const compressionFlags = { ...inputFlags, ...workFlags };

/** Reads, compresses with progress and Ctrl-C, frees the model. */
export async function compressFromFlags(
  { values, positionals }: Parsed<typeof compressionFlags>,
  { io, library }: CliContext,
): Promise<CompressedPrompt> {
  const size = budgetOf(values);
  const options = optionsOf(values);
  const input = await readPrompt(positionals, values, io);
  const { createCompressor } = await library();
  const compressor = createCompressor(settingsOf(values));
  const bar = progressBar(io.stderr);
  const { signal } = io;
  try {
    return await compressor.compress(input, {
      ...options,
      ...size,
      signal,
      onProgress: bar.update,
    });
  } finally {
    bar.clear();
    await compressor.close();
  }
}
