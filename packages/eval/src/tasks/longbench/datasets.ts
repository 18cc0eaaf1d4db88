/**
 * LongBench's data sets and how each one's answers are scored.
 *
 * @module
 */
import type { MetricName } from "../types.js";

/** The nearest metric of this package to LongBench's own; README.md says where they differ. */
const METRICS: Readonly<Record<string, MetricName>> = {
  narrativeqa: "f1",
  qasper: "f1",
  multifieldqa_en: "f1",
  multifieldqa_zh: "f1",
  hotpotqa: "f1",
  "2wikimqa": "f1",
  musique: "f1",
  triviaqa: "f1",
  dureader: "rouge",
  gov_report: "rouge",
  qmsum: "rouge",
  multi_news: "rouge",
  vcsum: "rouge",
  samsum: "rouge",
  lcc: "rouge",
  "repobench-p": "rouge",
  trec: "subspan",
  lsht: "subspan",
  passage_count: "exact",
  passage_retrieval_en: "exact",
  passage_retrieval_zh: "exact",
};

/** The data set's metric; LongBench-E's names (`hotpotqa_e`) have those of the others, unknown ones F1. */
export function metricOf(dataset: string): MetricName {
  return METRICS[dataset.replace(/_e$/, "")] ?? "f1";
}

/** Whether a file is one of LongBench's own, which hold one data set each. */
export function isDataset(name: string): boolean {
  return Object.hasOwn(METRICS, name.replace(/_e$/, ""));
}
