/**
 * What `compress` and `explain` share: prompt and options in, compressed prompt out.
 *
 * @module
 */
import type { CompressedPrompt, Compressor } from "../../index.js";
import type { Source } from "../input/source.js";
import type { CliContext, Io, Library } from "../io.js";
import { visibleLine } from "../visible.js";
import { inFlags } from "./flag-names.js";
import { type OpenedRanker, openRanker } from "./open-ranker.js";
import { type CompressionRequest, type CompressionValues, requestOf } from "./options.js";
import { progressBar } from "./progress.js";
import { readProtect } from "./protect.js";
import { checkQuestion } from "./question.js";

/** What came out, and as what it is handed over. */
export interface Compressed {
  readonly result: CompressedPrompt;
  /** In the form of the input: the compressed text, or the messages as JSON. */
  readonly output: string;
  /** Whether `output` ends its last line by itself. */
  readonly isWhole: boolean;
}

/**
 * Reads, compresses with progress and Ctrl-C, frees models.
 *
 * @throws UsageError also for what the library says of options and prompt
 */
export async function compressFiles(
  files: readonly string[],
  values: CompressionValues,
  { io, library }: CliContext,
): Promise<Compressed> {
  const request = requestOf(values);
  // Late, for it brings zod: help needs none.
  const { readSource } = await import("../input/source.js");
  const source = await readSource(files, request.input, io);
  checkQuestion(request, source);
  try {
    return await compressSource(source, request, await library(), io);
  } catch (error) {
    throw inFlags(error);
  }
}

async function compressSource(
  source: Source,
  { settings, options, rank, protect }: CompressionRequest,
  library: Library,
  io: Io,
): Promise<Compressed> {
  const kept = readProtect(protect, library);
  const compressor = library.createCompressor(settings);
  const bar = progressBar(io.stderr);
  const { signal } = io;
  let opened: OpenedRanker | undefined;
  try {
    opened = rank.source && (await openRanker(rank.source, settings.threads, library, io));
    const ranker = opened?.ranker ?? rank.name;
    return await compressWith(compressor, source, library, io, {
      ...options,
      ...kept,
      ...(ranker && { rank: ranker }),
      signal,
      onProgress: bar.update,
    });
  } finally {
    bar.clear();
    await Promise.all([compressor.close(), opened?.close()]);
  }
}

async function compressWith(
  compressor: Compressor,
  source: Source,
  { jsonPrompt, taggedPrompt }: Library,
  { stderr }: Io,
  options: Parameters<Compressor["compress"]>[1],
): Promise<Compressed> {
  if (source.kind === "messages") {
    const { messages, rewrite } = source.conversation;
    const result = await compressor.compressMessages(messages, { ...options, ...source.options });
    return { result, output: rewrite(result.messages), isWhole: true };
  }
  const compressed = async (input: Parameters<Compressor["compress"]>[0]) => {
    const result = await compressor.compress(input, options);
    return { result, output: result.text, isWhole: false };
  };
  if (source.kind === "prompt") return compressed(source.prompt);
  if (source.kind === "tagged") return compressed(taggedPrompt(source.text, source));
  const prompt = jsonPrompt(source.text, source.rules);
  for (const path of prompt.unmatched) {
    stderr.write(
      `${visibleLine(`note: the rule for ${path} matches nothing in ${source.name}`)}\n`,
    );
  }
  return compressed(prompt);
}
