/**
 * What each metric is: for headings, notes under tables and help.
 *
 * @module
 */
import type { MetricName } from "../tasks/types.js";

/** One metric in words. */
export interface MetricInfo {
  readonly title: string;
  /** Names of its scores with what each says; the first is the one that tables show. */
  readonly scores: Readonly<Record<string, string>>;
  /** `yes/no`: each score is 0 or 1, its mean a share of answers. `share`: 0 … 1. */
  readonly unit: "yes/no" | "share";
  /** Paper and program that it follows. */
  readonly source: string;
}

/** Every metric, in the order in which help lists them. */
export const METRICS: Readonly<Record<MetricName, MetricInfo>> = {
  gsm8k: {
    title: "Exact match of the number",
    scores: {
      gsm8k: 'last number up to the line with "answer is"',
      "gsm8k-any": 'first of the "answer is" line and \\boxed{}, else last number before code',
      "gsm8k-last": "last number of the text",
    },
    unit: "yes/no",
    source: "Cobbe et al. (2021); bench/target/evaluate.py",
  },
  bbh: {
    title: "Exact match of the answer stated",
    scores: {
      bbh: 'text after the last "the answer is"',
      "bbh-any": "the answer as words of that text or of the last line",
    },
    unit: "yes/no",
    source: "Suzgun et al. (2022); bench/target/evaluate.py",
  },
  subspan: {
    title: "Best subspan exact match",
    scores: {
      subspan: "an accepted answer within the first line",
      "subspan-any": "an accepted answer within the text",
    },
    unit: "yes/no",
    source: "Liu et al. (2023); bench/target/evaluate.py, answers such as A or The taken literally",
  },
  exact: {
    title: "Exact match",
    scores: { exact: "equal but for case, punctuation, articles and spaces" },
    unit: "yes/no",
    source: "Rajpurkar et al. (2016), SQuAD's script",
  },
  f1: {
    title: "Token F1",
    scores: {
      f1: "overlap of words; of characters where an accepted answer is Chinese or Japanese",
    },
    unit: "share",
    source: "Rajpurkar et al. (2016), SQuAD's script; Bai et al. (2023), LongBench",
  },
  rouge: {
    title: "ROUGE F1",
    scores: {
      "rouge-1": "overlap of stemmed words",
      "rouge-2": "overlap of pairs of stemmed words",
      "rouge-l": "longest common subsequence of stemmed words",
    },
    unit: "share",
    source: "Lin (2004), rouge-score 0.1.2 with its stemmer",
  },
  bleu: {
    title: "BLEU",
    scores: { bleu: "precision of runs of 1 to 4 words, with a penalty for brevity" },
    unit: "share",
    source: "Papineni et al. (2002), sacrebleu 2 (13a, exp)",
  },
  bertscore: {
    title: "BERTScore F1",
    scores: { bertscore: "tokens matched by cosine of an encoder's vectors; no idf, no baseline" },
    unit: "share",
    source: "Zhang et al. (2020), bert-score 0.3.13",
  },
};
