/**
 * Command line → prompt: which files are which part.
 *
 * @module
 */
import type { PromptInput } from "../../index.js";
import { UsageError } from "../errors.js";
import type { Io } from "../io.js";
import { dropLineEnd, filled, refuseTwice, sourcesOf } from "./files.js";
import type { PartValues } from "./flags.js";
import { parsePromptJson } from "./prompt-json.js";
import { readText } from "./read.js";

/**
 * Reads the prompt that files and flags describe. A single text without flags stays one string,
 * byte for byte; a part read from its own file loses the line end at its end.
 *
 * @throws UsageError when nothing is given, parts are given twice, or a file is empty.
 */
export async function readPrompt(
  files: readonly string[],
  values: PartValues,
  io: Io,
): Promise<string | PromptInput> {
  const extra = values.context ?? [];
  const sources = sourcesOf(files, extra, io);
  refuseTwice([...sources, ...extra, ...partFiles(values)]);
  const instruction = await partText("instruction", values, io);
  const question = await partText("question", values, io);
  const [only] = sources;
  if (sources.length !== 1 || extra.length > 0) {
    if (values.format === "json") throw new UsageError("--format json takes exactly one FILE.");
    if (values.format === undefined) refuseJson(sources);
    const contexts: string[] = [];
    for (const path of [...sources, ...extra]) contexts.push(dropLineEnd(await filled(path, io)));
    return { instruction, contexts, question };
  }
  const text = await filled(only, io);
  if ((values.format ?? formatOf(only)) === "json") {
    return merge(parsePromptJson(text, only), instruction, question, only);
  }
  const plain = instruction === undefined && question === undefined;
  return plain ? text : { instruction, contexts: text, question };
}

/** Files of the parts that have one. */
export function partFiles({ instructionFile, questionFile }: PartValues): string[] {
  return [instructionFile, questionFile].filter((path) => path !== undefined);
}

/** An instruction or a question, from a flag or its file. */
export async function partText(
  part: "instruction" | "question",
  values: PartValues,
  io: Io,
): Promise<string | undefined> {
  const path = values[`${part}File`];
  return path === undefined ? values[part] : dropLineEnd(await readText(path, io));
}

function merge(
  prompt: PromptInput,
  instruction: string | undefined,
  question: string | undefined,
  name: string,
): PromptInput {
  for (const [key, flag] of Object.entries({ instruction, question })) {
    if (flag !== undefined && prompt[key as "instruction"] !== undefined) {
      throw new UsageError(`${name} and --${key} both give the ${key}; give one.`);
    }
  }
  const merged = {
    instruction: instruction ?? prompt.instruction,
    contexts: prompt.contexts,
    question: question ?? prompt.question,
  };
  const texts = [merged.instruction, ...[merged.contexts].flat(), merged.question];
  if (texts.some((text) => (text ?? "").trim() !== "")) return merged;
  throw new UsageError(`${name} holds an empty prompt: nothing to compress.`);
}

function refuseJson(paths: readonly string[]): void {
  const json = paths.find((path) => formatOf(path) === "json");
  if (json === undefined) return;
  const way = "Give it alone, or take all files as plain text with --format text.";
  throw new UsageError(`${json} is a whole prompt and cannot be one of several contexts. ${way}`);
}

function formatOf(path: string): "json" | "text" {
  return path.toLowerCase().endsWith(".json") ? "json" : "text";
}
