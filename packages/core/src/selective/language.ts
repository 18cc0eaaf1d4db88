/**
 * Whether a text is English, roughly: by its commonest words. Pure.
 *
 * @module
 */

/** Common in English and not words, or rare ones, in other languages of Latin script. */
const COMMON = new Set(
  "the of and to is that it for with as are this be by have from which you not or we they but his she at an has been were their how what when if can there would will each who more one your i do all my than".split(
    " ",
  ),
);

/** Units looked at: enough to tell. */
const SAMPLE = 8000;
/** Fewer words say little: ASCII letters alone then count as English. */
const FEW_WORDS = 12;
/** One word in so many is a common one, at the least; English prose has one in three. */
const COMMON_IN = 14;

const BEYOND_ASCII = /[^ -~\s]/;

/** Whether most letters are Latin and, of a dozen words or more, one in fourteen is a common English one. */
export function isEnglish(text: string): boolean {
  const sample = text.slice(0, SAMPLE);
  const words = sample.match(/\p{L}+/gu) ?? [];
  if (words.length < FEW_WORDS) return words.every((word) => /^[a-z]+$/i.test(word));
  const common = words.filter((word) => COMMON.has(word.toLowerCase())).length;
  return common * COMMON_IN >= words.length && isLatin(text);
}

/** Whether it has Latin letters at its beginning and they are at least half of all. */
export function isLatin(text: string): boolean {
  const sample = text.slice(0, SAMPLE);
  if (!BEYOND_ASCII.test(sample)) return /[a-z]/i.test(sample);
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  const latin = sample.match(/\p{Script=Latin}/gu)?.length ?? 0;
  return latin > 0 && 2 * latin >= letters;
}
