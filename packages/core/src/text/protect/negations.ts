/**
 * Class "negations": the small words that turn a sentence round. Pure.
 *
 * Closed sets only. Left out, because they mostly mean something else: French plus, personne; German
 * noch; Spanish and Portuguese words for "few". The language of a text is not guessed, so a word of one
 * language is also kept where another language spells it the same.
 *
 * @module
 */
import { segmentsOf } from "../segments.js";
import type { Span } from "../types.js";
import { chainsOf, matchesOf } from "./spans.js";

/** Words by language, in lower case; as a list for people to read. */
export const NEGATION_WORDS = {
  en: "no not never none nor neither without cannot nothing nobody nowhere noone",
  fr: "ne pas non jamais rien aucun aucune aucuns aucunes ni sans nul nulle guère",
  de: "nicht nichts nie niemals niemand niemanden niemandem nirgends nirgendwo kein keine keinen keinem keiner keines keinesfalls keineswegs nein ohne weder",
  es: "no nunca jamás ni nada nadie sin tampoco ningún ninguno ninguna ningunos ningunas",
  it: "non mai né nessun nessuno nessuna niente nulla senza neanche nemmeno neppure",
  pt: "não nunca jamais nem nada ninguém sem nenhum nenhuma nenhuns nenhumas tampouco",
  nl: "niet niets nooit niemand nergens geen zonder noch nee neen",
  ru: "не ни нет никогда никто никого никому никем ничто ничего ничему ничем нигде никуда никак никакой никакая никакое никакие нельзя без",
} as const;

const WORDS = new Set(Object.values(NEGATION_WORDS).flatMap((words) => words.split(" ")));
/** Longer than any of them with an apostrophe. */
const LONGEST = 24;
/** don't, can’t; French n'est, n’a. */
const CONTRACTED = /n['’]t$|^n['’]\p{L}/u;

/** Without one of these there is nothing to look up in the dictionary, which takes a while. */
const HINT = /[不没沒非别別无無未勿莫]|ない/;
/** Chinese and Sino-Japanese words that begin like this are negated, … */
const HAN = /^(?:[不没沒非别別无無未勿莫]|[并並绝絕]非|ない)/;
/** … except these. */
const HAN_EXCEPTIONS =
  /^(?:[非]常|非洲|[别別](?:人|的|墅|名|处|處|致|称|稱)|不[过過仅僅但断斷同]|未[来來]|[无無](?:论|論|数|數))/;
/** Japanese endings that nothing else has: the dictionary cuts through them. */
const JAPANESE = /(?<!すみ)ません(?:でした)?|なかった/g;

/** Every negation: English, n't words whole, and the languages of {@link NEGATION_WORDS}; 不没非别…, ません. */
export function negationSpans(text: string): Span[] {
  const spans = matchesOf(text, JAPANESE);
  for (const { start, end } of chainsOf(text, (gap) => gap === "'" || gap === "’")) {
    if (end - start > LONGEST) continue;
    const word = text.slice(start, end).toLowerCase();
    if (WORDS.has(word) || CONTRACTED.test(word)) spans.push({ start, end });
  }
  if (!HINT.test(text)) return spans;
  for (const { start, text: word } of segmentsOf(text, "word")) {
    if (HAN.test(word) && !HAN_EXCEPTIONS.test(word)) {
      spans.push({ start, end: start + word.length });
    }
  }
  return spans;
}
