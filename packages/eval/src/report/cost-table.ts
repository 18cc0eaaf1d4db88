/**
 * What prompts cost and save, as a table. Pure.
 *
 * @module
 */
import type { Saving } from "./break-even.js";
import { count, dollars, NONE, percent, thresholdText } from "./format.js";
import { markedName } from "./off-size.js";
import type { Billed, Money, Summary } from "./summary-types.js";
import type { Table } from "./table.js";

const MONEY = [
  "Cost",
  "Saved input",
  "Saved output",
  "Compute",
  "Net",
  "Pays if cached",
  "Pays if output",
  "Output grew",
] as const;

/** Tokens billed and money; undefined where nothing was billed. */
export function costTable({ conditions, economies, money: by }: Summary): Table | undefined {
  const marked = markedName(conditions);
  const costs = conditions.flatMap(({ billed }) => billed?.cost ?? []);
  const savings = new Map(economies.map((economy) => [economy.condition, economy.saving]));
  const most = Math.max(0, ...costs) * 1000;
  const rows = conditions.flatMap(({ condition, billed }) => {
    if (billed === undefined) return [];
    const { promptTokens, cachedTokens, completionTokens } = billed;
    const tokens = [promptTokens, cachedTokens, completionTokens].map(count);
    const money = costs.length > 0 ? moneyCells(billed, savings.get(condition), most) : [];
    return [[marked(condition), ...tokens, ...money]];
  });
  if (rows.length === 0) return undefined;
  const money =
    costs.length > 0
      ? "; USD per 1,000 prompts. Savings are over the items that were billed with the full prompt too, all else is over a condition's own. A compressed prompt pays while the cached share of the full prompt, and the growth of the output, are as given"
      : "";
  const terms = by && costs.length > 0 ? ` ${termsOf(by)}` : "";
  return {
    caption: `Mean tokens billed a prompt${money}.${terms}`,
    columns: ["Condition", "Input", "of it cached", "Output", ...(costs.length > 0 ? MONEY : [])],
    sections: [{ title: "", rows }],
  };
}

/** What the figures go by: prices, shares, time. */
function termsOf({ prices, assumptions }: Money): string {
  const { input, output, cachedInput } = prices;
  const { cachedShare, compressedCachedShare, hour } = assumptions;
  const cached =
    cachedInput === undefined ? "cached input the same" : `${dollars(cachedInput)} cached`;
  const share = (value?: number) =>
    value === undefined ? "as measured" : `${percent(value)} assumed`;
  const time =
    hour === undefined
      ? "no price of the time to compress"
      : `compressing ${dollars(hour)} an hour of the machine, as if each question compressed a prompt of its own`;
  return `By: USD per million tokens ${dollars(input)} input, ${cached}, ${dollars(output)} output; cached share of the full prompt ${share(cachedShare)}, of compressed ones ${share(compressedCachedShare)}; ${time}.`;
}

function moneyCells({ cost }: Billed, saving: Saving | undefined, most: number): string[] {
  const per1000 = (value?: number) => dollars(value === undefined ? value : value * 1000, most);
  return [
    per1000(cost),
    per1000(saving?.input),
    per1000(saving?.output),
    per1000(saving?.time),
    per1000(saving?.net),
    saving?.cachedShare ? thresholdText(saving.cachedShare, "share") : NONE,
    saving ? thresholdText(saving.outputGrowth, "growth") : NONE,
    percent(saving?.measuredGrowth),
  ];
}
