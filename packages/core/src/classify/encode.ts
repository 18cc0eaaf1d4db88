/**
 * Tokenizing a long text without holding up the event loop.
 *
 * @module
 */
import type { Breather } from "../schedule.js";
import type { EncodeOptions, PieceText, PieceTokenizer } from "./tokenizer/types.js";

/** What `tokenizer.encode` gives; the event loop turns every 10 ms. */
export async function encodeCalmly(
  tokenizer: PieceTokenizer,
  text: string,
  breath: Breather,
  options?: EncodeOptions,
): Promise<PieceText> {
  const steps = tokenizer.encodeSteps(text, options);
  for (;;) {
    await breath.pause();
    const step = steps.next();
    if (step.done) return step.value;
  }
}
