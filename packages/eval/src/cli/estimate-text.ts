/**
 * What will be asked, in words. Pure.
 *
 * @module
 */
import type { Estimate } from "../run/estimate.js";
import type { Target } from "../targets/index.js";

const NUMBER = new Intl.NumberFormat("en-US");

/** Two or three lines for standard error. */
export function estimateText(
  { prompts, requests, promptTokens, completionTokens, cost }: Estimate,
  { name, where }: Pick<Target, "name" | "where">,
  likelihoods: boolean,
  generates: boolean,
): string {
  const what = [generates && "answers", likelihoods && "likelihoods of the expected ones"];
  const asked = what.filter((one) => one !== false).join(" and ");
  const money = cost === undefined ? "" : `, up to about ${cost.toFixed(2)} USD`;
  return [
    asked === "" ? "No target is asked." : `${name} (${where}): ${asked}`,
    `${NUMBER.format(prompts)} prompts to compress; ${NUMBER.format(requests)} requests, about ${NUMBER.format(Math.round(promptTokens))} prompt tokens and at most ${NUMBER.format(completionTokens)} tokens of answers${money}`,
    "",
  ].join("\n");
}
