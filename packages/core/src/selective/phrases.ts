/**
 * Where a sentence's phrases end: with which chunker, and in pieces when it is long.
 *
 * @module
 */
import { type PieceLengths, piecesOf } from "../tokens/pieces.js";
import { loadEnglishChunker } from "./english.js";
import { isEnglish, isLatin } from "./language.js";
import type { PhraseChunker, SelectiveUnitsOptions } from "./types.js";
import { wordChunker } from "./words.js";

/** Finds the chunker for a sentence of a span. */
export type ChunkerFor = (sentence: string) => PhraseChunker;

/** Makes choosers of chunkers, one for each span; a tagger is loaded when it is first needed. */
export function chunkers(
  phrases: NonNullable<SelectiveUnitsOptions["phrases"]>,
): (span: string) => Promise<ChunkerFor> {
  let loading: Promise<PhraseChunker> | undefined;
  return async (span) => {
    if (typeof phrases === "object") return () => phrases;
    if (phrases === "words" || (phrases === "auto" && !isEnglish(span))) return () => wordChunker;
    loading ??= loadEnglishChunker();
    const english = await loading;
    return phrases === "english" ? () => english : (s) => (isLatin(s) ? english : wordChunker);
  };
}

/** A tagger's time grows with the square of what it reads at once, in a run of signs. */
const PIECES: PieceLengths = { target: 1024, longest: 2048 };

/** Phrase ends of a sentence of any length, piece by piece so that the caller may pause. */
export function* phraseEndsOf(sentence: string, chunker: PhraseChunker): Generator<number> {
  let start = 0;
  for (const piece of piecesOf(sentence, PIECES)) {
    for (const end of chunker.ends(piece)) yield start + end;
    start += piece.length;
  }
}
