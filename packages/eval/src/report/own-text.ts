/**
 * What `eval own` says: the recommendation in a sentence, its table and its notes. Pure.
 *
 * @module
 */
import { count, difference, dollars, fixed, hundredths, NONE, percent, points } from "./format.js";
import { markedName } from "./off-size.js";
import type { OwnResult } from "./own.js";
import type { Table } from "./table.js";

/** One sentence, the first thing to read. */
export function recommendationText({ recommendation: found, delta, rates }: OwnResult): string {
  const limit = points(delta);
  if (found.decided) {
    const saved = rates.find(({ condition }) => condition === found.condition);
    const money =
      saved?.savedMoney === undefined ? "" : ` and ${dollars(saved.savedMoney)} per 1,000`;
    return `Take ${found.condition}, rate ${fixed(found.rate, 2)}: it saves ${count(saved?.savedTokens)} tokens a prompt${money}; the 95 % interval puts its quality at most ${limit} below the full prompt's.`;
  }
  if (found.need !== undefined) {
    return `Not decided with ${found.items} items; need about ${count(found.need)} for ${found.condition}, the smallest rate that may stay within ${limit} of the full prompt.`;
  }
  return found.items === 0
    ? "Not decided: no item was answered both with the full prompt and with a compressed one."
    : `Keep the full prompt: every rate tried costs more than ${limit} on average, over ${found.items} items.`;
}

/** From the largest rate to the smallest. */
export function ownTable({ rates, measure, delta, summary }: OwnResult): Table {
  const marked = markedName(summary.conditions);
  const priced = rates.some(({ savedMoney }) => savedMoney !== undefined);
  const most = Math.max(0, ...rates.map(({ savedMoney = 0 }) => Math.abs(savedMoney)));
  const first = measure === "similarity" ? "Alike" : "Quality kept";
  return {
    caption: `Quality by rate, measured by ${measure}, against the full prompt; in brackets 95 % intervals of the paired difference, in hundredths. A rate is certain where the interval stays above −${hundredths(delta)}.`,
    columns: [
      "Condition",
      "Rate",
      "n",
      first,
      "Difference",
      "Saved tokens",
      ...(priced ? ["Saved, USD per 1,000"] : []),
    ],
    sections: [
      {
        title: "",
        rows: rates.map(({ condition, rate, kept, difference: found, savedTokens, savedMoney }) => [
          marked(condition),
          rate === undefined ? NONE : fixed(rate, 2),
          count(found?.n),
          percent(kept, 1),
          difference(found, 1, 100),
          count(savedTokens),
          ...(priced ? [dollars(savedMoney, most)] : []),
        ]),
      },
    ],
  };
}

/** By what items were judged, and what the figures cannot say. */
export function ownNotes({ kinds, judged }: OwnResult): string[] {
  const { expected, likeness, neither } = judged;
  const scores = kinds.filter((kind) => kind !== "similarity").join(", ");
  const by = [
    expected > 0 && `${items(expected)} by expected answers (${scores})`,
    likeness > 0 && `${items(likeness)} by likeness to the full prompt's answer`,
  ].filter((part) => part !== false);
  const alike =
    "Items without a score are compared with the full prompt's answer, so another wording counts as a loss though it may be as good. Read the answers side by side.";
  const lost = `${items(neither)} not judged, in no difference: without an answer to the full prompt, to every compressed one, or without anything to compare it with.`;
  return [
    ...(by.length > 0 ? [`Judged: ${by.join(", ")}.`] : []),
    ...(neither > 0 ? [lost] : []),
    "Each interval holds for its rate alone: of several rates tried, the one taken may be a lucky one. Confirm it on prompts of another day.",
    ...(likeness > 0 ? [alike] : []),
  ];
}

function items(n: number): string {
  return `${count(n)} ${n === 1 ? "item" : "items"}`;
}
