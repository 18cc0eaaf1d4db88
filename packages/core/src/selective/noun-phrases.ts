/**
 * English noun phrases from parts of speech. Pure.
 *
 * The original merges spaCy's noun chunks, which come from a dependency parse. This is a pattern over
 * tags instead: determiners, modifiers, nouns, a possessor in front (`Dr. Smith's old dog`).
 *
 * @module
 */

/** A word or sign with its Universal Dependencies part of speech. */
export interface TaggedWord {
  readonly text: string;
  readonly tag: string;
}

/** One letter a word, so that a RegExp can read a sentence's grammar. */
const LETTERS: Readonly<Record<string, string>> = {
  DET: "D",
  ADJ: "J",
  NUM: "U",
  NOUN: "N",
  PROPN: "P",
  ADV: "B",
};

/** Words whose letter is not their tag's. */
const WORD_LETTERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    D: "my your his her its our their no another both all each every some any",
    ".": "which that who whom there",
    "'": "'s ’s ' ’",
    "-": "- /",
    $: "$ £ €",
    "%": "%",
  }).flatMap(([letter, words]) => words.split(" ").map((word) => [word, letter] as const)),
);

/**
 * After a determiner modifiers may be participles (G, E) and adverbs; without one only adjectives,
 * numbers and nouns. A number after a noun starts anew (`Julia` `64 seconds`). Runs are bounded, so
 * that matching takes linear time and no phrase is long.
 */
const NOUN_PHRASE =
  /(?:D{1,2}(?:B?[JEGU]-?){0,12}(?:[JNPEG]-?){0,12}|(?:B(?=[JU]))?(?:\$?[JU]-?){0,12}(?:[JNP]-?){0,12})[NP](?:'(?:[JUNPEG]-?){0,12}[NP]){0,3}|U%/y;

/** Index of the first word after each phrase, ascending; a word outside noun phrases is its own. */
export function phraseEnds(words: readonly TaggedWord[]): number[] {
  const letters = words.map(letterOf).join("");
  const ends: number[] = [];
  for (let at = 0; at < words.length; ) {
    NOUN_PHRASE.lastIndex = at;
    at += NOUN_PHRASE.exec(letters)?.[0].length ?? 1;
    ends.push(at);
  }
  return ends;
}

function letterOf({ text, tag }: TaggedWord): string {
  const word = text.toLowerCase();
  const own = WORD_LETTERS.get(word);
  if (own !== undefined) return own;
  if (tag === "VERB") return word.endsWith("ing") ? "G" : /e[dn]$/.test(word) ? "E" : ".";
  return LETTERS[tag] ?? ".";
}
