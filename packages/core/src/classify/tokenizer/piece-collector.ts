/**
 * Collects the pieces of a text. Pure.
 *
 * @module
 */
import type { MappedText } from "./mapped-text.js";
import type { Subword } from "./subwords.js";
import type { PieceText } from "./types.js";

/** Pieces in order, until they become a {@link PieceText}. */
export class PieceCollector {
  readonly #ids: number[] = [];
  readonly #start: number[] = [];
  readonly #end: number[] = [];
  readonly #tokens: string[] = [];

  add(id: number, token: string, start: number, end: number): void {
    this.#ids.push(id);
    this.#tokens.push(token);
    this.#start.push(start);
    this.#end.push(end);
  }

  /** Adds the pieces of one normalised word at the places it came from. */
  addWord(word: MappedText, pieces: readonly Subword[]): void {
    for (const { id, token, from, to } of pieces) {
      this.add(id, token, word.start[from], word.end[to - 1]);
    }
  }

  build(text: string): PieceText {
    return {
      text,
      ids: Uint32Array.from(this.#ids),
      start: Uint32Array.from(this.#start),
      end: Uint32Array.from(this.#end),
      tokens: this.#tokens,
    };
  }
}
