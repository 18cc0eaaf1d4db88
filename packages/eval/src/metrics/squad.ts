/**
 * Comparison of short answers as SQuAD does it: equality and overlap of words. Pure.
 *
 * Rajpurkar et al. (2016), §6.1; texts without words as in version 2 of its script. Chinese and
 * Japanese by characters, as LongBench's `qa_f1_zh` normalises them (which cuts words with jieba).
 *
 * @module
 */
import { splitWords, WORD_CHARACTER } from "./python-text.js";
import { best, type Scores } from "./scores.js";

const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const ARTICLE = new RegExp(`(?<!${WORD_CHARACTER})(?:an?|the)(?!${WORD_CHARACTER})`, "gu");

/** LongBench's list; ASCII's own is in {@link PUNCTUATION}. */
const CJK_PUNCTUATION =
  /[！？｡。＂＃＄％＆＇（）＊＋，－／：；＜＝＞＠［＼］＾＿｀｛｜｝～｟｠｢｣､、〃》「」『』【】〔〕〖〗〘〙〚〛〜〝〞〟〰〾〿–—‘’‛“”„‟…‧﹏]/gu;
const CJK = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]`;
const HAS_CJK = new RegExp(CJK, "u");
const CJK_TOKEN = new RegExp(`${CJK}|(?:(?!${CJK})\\S)+`, "gu");

/** Lower case, without ASCII punctuation and English articles, words parted by one space. */
export function normalized(text: string): string {
  const letters = text.toLowerCase().replace(PUNCTUATION, "");
  return splitWords(letters.replace(ARTICLE, " ")).join(" ");
}

/** `exact`: 1 when the answer equals an accepted one once both are {@link normalized}, else 0. */
export function scoreExact(answer: string, answers: readonly string[]): Scores {
  const got = normalized(answer);
  return { exact: best(answers, (accepted) => (normalized(accepted) === got ? 1 : 0)) };
}

/** `f1`: harmonic mean of precision and recall of tokens, 0 … 1; the best of the accepted answers. */
export function scoreF1(answer: string, answers: readonly string[]): Scores {
  return {
    f1: best(answers, (accepted) => {
      const tokensOf = HAS_CJK.test(accepted) ? cjkTokens : wordTokens;
      return tokenF1(tokensOf(answer), tokensOf(accepted));
    }),
  };
}

function wordTokens(text: string): string[] {
  return splitWords(normalized(text));
}

/** Every Chinese or Japanese character is a token, and so is every other word. */
function cjkTokens(text: string): string[] {
  const letters = text.toLowerCase().replace(PUNCTUATION, "").replace(CJK_PUNCTUATION, "");
  return letters.match(CJK_TOKEN) ?? [];
}

function tokenF1(got: readonly string[], want: readonly string[]): number {
  if (got.length === 0 || want.length === 0) return got.length === want.length ? 1 : 0;
  const left = new Map<string, number>();
  for (const token of want) left.set(token, (left.get(token) ?? 0) + 1);
  let same = 0;
  for (const token of got) {
    const count = left.get(token) ?? 0;
    if (count > 0) same += 1;
    left.set(token, count - 1);
  }
  return (2 * same) / (got.length + want.length);
}
