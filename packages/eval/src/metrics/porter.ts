/**
 * Porter's stemmer with the extensions of NLTK, which Google's ROUGE uses. Pure.
 *
 * Porter (1980), "An algorithm for suffix stripping"; where NLTK departs from the paper (its mode
 * `NLTK_EXTENSIONS`) the line says so. A suffix that fits but fails its condition ends its step.
 *
 * @module
 */

type Condition = (stem: string) => boolean;

/** Suffix, replacement, and what must hold of the rest. */
type SuffixRule = readonly [suffix: string, replacement: string, condition: Condition];

/** NLTK's table of irregular forms. */
const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ["sky", "sky"],
  ["skies", "sky"],
  ["dying", "die"],
  ["lying", "lie"],
  ["tying", "tie"],
  ["news", "news"],
  ["innings", "inning"],
  ["inning", "inning"],
  ["outings", "outing"],
  ["outing", "outing"],
  ["cannings", "canning"],
  ["canning", "canning"],
  ["howe", "howe"],
  ["proceed", "proceed"],
  ["exceed", "exceed"],
  ["succeed", "succeed"],
]);

const always: Condition = () => true;
const long: Condition = (stem) => measure(stem) > 0;
const longer: Condition = (stem) => measure(stem) > 1;

const STEP_1A = rules("sses>ss ies>i ss>ss s>", always);
const AFTER_ED = rules("at>ate bl>ble iz>ize", always);
/** NLTK: `bli` for `abli`, `fulli`, and `logi`, whose l counts as part of the stem. */
const STEP_2: readonly SuffixRule[] = [
  ...rules("ational>ate tional>tion enci>ence anci>ance izer>ize bli>ble alli>al entli>ent", long),
  ...rules("eli>e ousli>ous ization>ize ation>ate ator>ate alism>al iveness>ive", long),
  ...rules("fulness>ful ousness>ous aliti>al iviti>ive biliti>ble fulli>ful", long),
  ["logi", "log", (stem) => long(`${stem}l`)],
];
const STEP_3 = rules("icate>ic ative> alize>al iciti>ic ical>ic ful> ness>", long);
const STEP_4: readonly SuffixRule[] = [
  ...rules("al> ance> ence> er> ic> able> ible> ant> ement> ment> ent>", longer),
  ["ion", "", (stem) => longer(stem) && /[st]$/.test(stem)],
  ...rules("ou> ism> ate> iti> ous> ive> ize>", longer),
];
const STEP_5B: readonly SuffixRule[] = [["ll", "l", (stem) => longer(`${stem}l`)]];

/**
 * The stem of a word in lower case.
 *
 * @example stem("relational") // "relat"
 */
export function stem(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length <= 2) return word;
  const steps = [step1a, step1b, step1c, step2, step3, step4, step5a, step5b];
  return steps.reduce((rest, step) => step(rest), word);
}

/** NLTK: `dies` → `die`, but `flies` → `fli`. */
function step1a(word: string): string {
  return word.length === 4 && word.endsWith("ies") ? word.slice(0, -1) : applied(word, STEP_1A);
}

/** NLTK: `died` → `die`, `spied` → `spi`. */
function step1b(word: string): string {
  if (word.endsWith("ied")) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith("eed")) return long(word.slice(0, -3)) ? word.slice(0, -1) : word;
  const suffix = ["ed", "ing"].find((ending) => word.endsWith(ending));
  if (suffix === undefined) return word;
  const rest = word.slice(0, -suffix.length);
  return consonants(rest).includes(false) ? mended(rest) : word;
}

/** What Porter puts right once `ed` or `ing` is gone: conflat → conflate, hopp → hop, fil → file. */
function mended(rest: string): string {
  if (AFTER_ED.some(([suffix]) => rest.endsWith(suffix))) return applied(rest, AFTER_ED);
  if (endsDouble(rest)) return /[lsz]$/.test(rest) ? rest : rest.slice(0, -1);
  return measure(rest) === 1 && endsShort(rest) ? `${rest}e` : rest;
}

/** NLTK: after a consonant that is not the whole stem (`spy` → `spi`, `enjoy` stays). */
function step1c(word: string): string {
  if (!word.endsWith("y") || word.length < 3) return word;
  return consonants(word).at(-2) === true ? `${word.slice(0, -1)}i` : word;
}

/** NLTK: `alli` → `al` first, and what comes of it once more. */
function step2(word: string): string {
  const again = word.endsWith("alli") && long(word.slice(0, -4));
  return again ? step2(word.slice(0, -2)) : applied(word, STEP_2);
}

function step3(word: string): string {
  return applied(word, STEP_3);
}

function step4(word: string): string {
  return applied(word, STEP_4);
}

function step5a(word: string): string {
  if (!word.endsWith("e")) return word;
  const rest = word.slice(0, -1);
  const size = measure(rest);
  return size > 1 || (size === 1 && !endsShort(rest)) ? rest : word;
}

function step5b(word: string): string {
  return applied(word, STEP_5B);
}

/** `"sses>ss s>"` as rules under one condition. */
function rules(pairs: string, condition: Condition): SuffixRule[] {
  return pairs.split(" ").map((pair) => {
    const [suffix, replacement] = pair.split(">");
    return [suffix, replacement, condition];
  });
}

/** The first rule whose suffix fits decides. */
function applied(word: string, list: readonly SuffixRule[]): string {
  const rule = list.find(([suffix]) => word.endsWith(suffix));
  if (rule === undefined) return word;
  const [suffix, replacement, condition] = rule;
  const rest = word.slice(0, word.length - suffix.length);
  return condition(rest) ? rest + replacement : word;
}

/** For each character, whether it is a consonant; a y is one unless it follows one. */
function consonants(word: string): boolean[] {
  const flags: boolean[] = [];
  for (const letter of word) {
    flags.push(letter === "y" ? flags.at(-1) !== true : !"aeiou".includes(letter));
  }
  return flags;
}

/** Porter's m: how often a vowel is followed by a consonant. */
function measure(word: string): number {
  const flags = consonants(word);
  return flags.filter((consonant, at) => consonant && at > 0 && !flags[at - 1]).length;
}

function endsDouble(word: string): boolean {
  return word.length > 1 && word.at(-1) === word.at(-2) && consonants(word).at(-1) === true;
}

/** Porter's *o: consonant, vowel, consonant other than w, x, y. NLTK: or just vowel, consonant. */
function endsShort(word: string): boolean {
  const [first, second, third] = consonants(word).slice(-3);
  if (word.length === 2) return !first && second;
  return word.length > 2 && first && !second && third && !/[wxy]$/.test(word);
}
