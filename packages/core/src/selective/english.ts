/**
 * English phrases: what spaCy's `merge_noun_chunks` gives the original, by wink-nlp's tagger.
 *
 * @module
 */
import { phraseEnds, type TaggedWord } from "./noun-phrases.js";
import { openTagger } from "./tagger.js";
import type { PhraseChunker } from "./types.js";
import { wordChunker } from "./words.js";

interface PlacedWord extends TaggedWord {
  /** UTF-16 offset where it ends. */
  readonly end: number;
}

/** What the tagger leaves in one word when it should not (`I'm`). */
const CONTRACTION = /^.+?(?=['’](?:m|re|ve|ll|d|s)$)/i;

/**
 * A new chunker for English, for one text: the same sentences in the same order give the same phrases.
 *
 * @throws LlmlinguaError `missing-dependency`
 */
export async function loadEnglishChunker(): Promise<PhraseChunker> {
  const tagger = await openTagger();
  return {
    name: "wink-noun-phrases",
    ends(sentence) {
      const words = placed(sentence, tagger(sentence));
      if (words === undefined || words.length === 0) return wordChunker.ends(sentence);
      const ends = phraseEnds(words).map((index) => words[index - 1].end);
      ends[ends.length - 1] = sentence.length;
      return ends;
    },
  };
}

/** The words with their places; undefined when they do not spell the sentence. */
function placed(sentence: string, words: readonly TaggedWord[]): PlacedWord[] | undefined {
  const found: PlacedWord[] = [];
  let end = 0;
  for (const word of words) {
    const start = sentence.indexOf(word.text, end);
    if (start === -1 || /\S/.test(sentence.slice(end, start))) return undefined;
    end = start + word.text.length;
    const head = CONTRACTION.exec(word.text)?.[0];
    if (head === undefined) {
      found.push({ ...word, end });
      continue;
    }
    const tail = word.text.slice(head.length);
    const isPossessive = /^.s$/i.test(tail);
    found.push({ text: head, tag: isPossessive ? word.tag : "PRON", end: start + head.length });
    found.push({ text: tail, tag: isPossessive ? "PART" : "AUX", end });
  }
  return /\S/.test(sentence.slice(end)) ? undefined : found;
}
