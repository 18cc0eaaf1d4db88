/**
 * Words as phrases: the platform's Unicode words, for text that is not English. Pure.
 *
 * Also what the original's Chinese mode does: words, no noun phrases.
 *
 * @module
 */
import { boundariesOf } from "../text/boundaries.js";
import type { PhraseChunker } from "./types.js";
import { isSpaceAt } from "./white-space.js";

/** `10-minute` is one word; a sign that ties nothing is its own; white space leads the next word. */
export const wordChunker: PhraseChunker = {
  name: "unicode-words",
  ends(sentence) {
    const ends = new Set<number>();
    for (const end of boundariesOf(sentence, "word")) {
      if (!isSpaceAt(sentence, end - 1)) ends.add(end);
    }
    ends.add(sentence.length);
    return [...ends].sort((a, b) => a - b);
  },
};
