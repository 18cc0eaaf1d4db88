/**
 * Preset "microsoft": a prompt compressed as the Python reference would.
 *
 * @module
 */
import type { PartKind, Prompt } from "../text/types.js";
import { compressPrompt } from "./compress-prompt.js";
import { SEPARATOR } from "./prefix.js";
import { sourceSpans } from "./source-spans.js";
import type { CompatOptions, CompatResult, ReferenceModel } from "./types.js";

/**
 * Runs {@link compressPrompt} over a prompt's parts with the reference's defaults. Several
 * instructions or questions are joined by blank lines. `targetToken` is for the contexts alone.
 *
 * @throws LlmlinguaError `invalid-option`, `aborted`, and what the model throws
 */
export async function compressLikeReference(
  prompt: Prompt,
  options: CompatOptions,
  model: ReferenceModel,
): Promise<CompatResult> {
  const textsOf = (kind: PartKind) =>
    prompt.parts
      .filter((part) => part.kind === kind)
      .map((part) => prompt.text.slice(part.start, part.end));
  const context = textsOf("context");
  const reference = await compressPrompt(model, {
    ...options,
    context,
    instruction: textsOf("instruction").join(SEPARATOR),
    question: textsOf("question").join(SEPARATOR),
  });
  const verbatim = prompt.parts.filter(
    (part) =>
      part.kind === "instruction" ||
      (part.kind === "question" && (options.concateQuestion ?? true)),
  );
  const survivors = new Set(
    reference.contexts.filter(({ text }) => text !== "").map(({ index }) => index),
  );
  return {
    text: reference.compressedPrompt,
    keptSpans: sourceSpans(prompt, reference, verbatim),
    droppedContexts: [...context.keys()].filter((index) => !survivors.has(index)),
    reference,
  };
}
