/**
 * The tables of a report. Pure.
 *
 * @module
 */
import {
  count,
  difference,
  duration,
  durations,
  estimate,
  fixed,
  NONE,
  percent,
  pValue,
  ratio,
  score,
} from "./format.js";
import { isOffSize, markedName, OFF_MARK } from "./off-size.js";
import { FLIPS } from "./pairs.js";
import { sectionsOf } from "./sections.js";
import type { ConditionSummary, Pair, Summary } from "./summary-types.js";
import type { Table } from "./table.js";

type Column = readonly [name: string, cell: (condition: ConditionSummary) => string];

/** Figures by condition, shaped as Table 1 of LLMLingua; columns without any figure are left out. */
export function mainTable(summary: Summary): Table {
  const columns = mainColumns(summary);
  return {
    caption: "Quality, size and time by method. Scores in hundredths; in brackets 95 % intervals.",
    columns: ["Method", ...columns.map(([name]) => name)],
    sections: sectionsOf(summary.conditions).map(({ title, conditions }) => ({
      title,
      rows: conditions.map((condition) => [
        nameOf(condition),
        ...columns.map(([, cell]) => cell(condition)),
      ]),
    })),
  };
}

function nameOf(condition: ConditionSummary): string {
  const { title, failed, missing } = condition;
  const marks = `${failed + missing > 0 ? "†" : ""}${isOffSize(condition) ? OFF_MARK : ""}`;
  return marks === "" ? title : `${title} ${marks}`;
}

function mainColumns(summary: Summary): Column[] {
  const { conditions, metrics, base, pairs } = summary;
  const any = (key: keyof ConditionSummary) => conditions.some((one) => one[key] !== undefined);
  const nll = new Map(
    pairs
      .filter(({ measure, role }) => measure === "nll" && role === "base")
      .map(({ condition, difference }) => [condition, difference]),
  );
  const columns: (Column | false)[] = [
    ["n", ({ items }) => count(items)],
    ...metrics.map((name): Column => [name, ({ scores }) => score(scores[name])]),
    any("corpusBleu") && ["BLEU (corpus)", ({ corpusBleu }) => fixedOrNone(corpusBleu, 1, 100)],
    ["Tokens", ({ tokens }) => count(tokens)],
    ["1/τ", (condition) => ratio(condition.ratio)],
    any("nll") && ["NLL", ({ nll }) => estimate(nll, 3)],
    any("corpusNll") && ["NLL (corpus)", ({ corpusNll }) => fixedOrNone(corpusNll, 3)],
    nll.size > 0 && [`ΔNLL to ${base}`, ({ condition }) => difference(nll.get(condition), 3)],
    any("finished") && ["Finished", ({ finished }) => percent(finished)],
    any("compressMs") && ["Compress", ({ compressMs }) => compressText(compressMs)],
    any("answerMs") && ["Answer", ({ answerMs }) => duration(answerMs?.mean)],
  ];
  return columns.filter((column) => column !== false);
}

/** `82 ms (14)`: the mean of fourteen prompts. */
function compressText(found: ConditionSummary["compressMs"]): string {
  return found === undefined ? NONE : `${duration(found.mean)} (${count(found.n)})`;
}

function fixedOrNone(value: number | undefined, digits: number, times = 1): string {
  return value === undefined ? NONE : fixed(value * times, digits);
}

const ROLES = {
  base: "Against the base",
  control: "Against random words in the same kept structure",
  ablated: "Against the method that it is without a part of",
  "best-baseline": "Against the best baseline of the same size (chosen on these very items)",
} as const;

/** Paired differences; undefined without any. */
export function pairsTable({ pairs, conditions }: Summary): Table | undefined {
  if (pairs.length === 0) return undefined;
  const marked = markedName(conditions);
  const roles = Object.keys(ROLES) as (keyof typeof ROLES)[];
  const kinds = [
    pairs.some(({ measure }) => measure !== "nll") && "Scores in hundredths, more is better.",
    pairs.some(({ measure }) => measure === "nll") && "NLL in nats per token, less is better.",
  ].filter((kind) => kind !== false);
  return {
    caption: `Condition minus the other, over the items both have. ${kinds.join(" ")} p two-sided, by sign flips (of more than fourteen differences by 10,000 random patterns, and where few of those are as far out by ${FLIPS.byRow} a row, at most ${count(FLIPS.most)}); Holm over all rows of the same measure.`,
    words: 3,
    columns: ["Condition", "minus", "Measure", "n", "Difference", "p", "p (Holm)"],
    sections: roles.flatMap((role) => {
      const rows = pairs.filter((pair) => pair.role === role).map((pair) => pairRow(pair, marked));
      return rows.length > 0 ? [{ title: ROLES[role], rows }] : [];
    }),
  };
}

function pairRow(
  { condition, against, measure, difference: found }: Pair,
  marked: (condition: string) => string,
): string[] {
  const text = measure === "nll" ? difference(found, 3) : difference(found, 1, 100);
  const name = measure === "nll" ? "NLL" : measure;
  return [
    marked(condition),
    marked(against),
    name,
    count(found.n),
    text,
    pValue(found.p),
    pValue(found.pHolm),
  ];
}

/** Time to compress against time saved; undefined where neither was measured. */
export function latencyTable({ economies, conditions }: Summary): Table | undefined {
  const marked = markedName(conditions);
  const rows = economies.flatMap(({ condition, latency }) => {
    if (latency === undefined) return [];
    const { compressMs, prompts, savedMs, netMs } = latency;
    const times = [duration(compressMs), durations(savedMs), durations(netMs)];
    return [[marked(condition), count(savedMs.n), count(prompts), ...times]];
  });
  if (rows.length === 0) return undefined;
  return {
    caption:
      "Time of one prompt, over the items that were timed with the full prompt too: compressing pays where the answer is saved more than compressing takes. Each question is charged the compression of its prompt in full, as if it had one of its own; Prompts is how many were compressed. In brackets 95 % intervals, of five items or more.",
    columns: ["Condition", "n", "Prompts", "Compress", "Saved in the answer", "Net saved"],
    sections: [{ title: "", rows }],
  };
}
