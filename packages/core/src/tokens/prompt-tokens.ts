/**
 * A prompt in the scorer's tokens: no token reaches over the edge of a part.
 *
 * @module
 */
import { breather } from "../schedule.js";
import type { Prompt, PromptPart } from "../text/types.js";
import { encodePieces, joinTokenized } from "./pieces.js";
import type { TokenizedText, Tokenizer } from "./types.js";

/** A part and its tokens, `from` … `to − 1`. */
export interface PartTokens {
  readonly part: PromptPart;
  readonly from: number;
  readonly to: number;
}

export interface TokenizedPrompt extends TokenizedText {
  /** In order; tokens outside every part are separators. */
  readonly parts: readonly PartTokens[];
}

/** Tokenizes the parts and what lies between them one by one; long texts yield to the event loop. */
export async function tokenizePrompt(
  prompt: Prompt,
  tokenizer: Tokenizer,
  signal?: AbortSignal,
): Promise<TokenizedPrompt> {
  const pieces: TokenizedText[] = [];
  const breath = breather(signal);
  let tokens = 0;
  const add = async (start: number, end: number) => {
    await breath.pause();
    const piece = await encodePieces(tokenizer, prompt.text.slice(start, end), { signal });
    pieces.push(piece);
    tokens += piece.ids.length;
  };
  const parts: PartTokens[] = [];
  let at = 0;
  for (const part of prompt.parts) {
    await add(at, part.start);
    const from = tokens;
    await add(part.start, part.end);
    parts.push({ part, from, to: tokens });
    at = part.end;
  }
  await add(at, prompt.text.length);
  return { ...joinTokenized(prompt.text, pieces), parts };
}
