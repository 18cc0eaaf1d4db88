/**
 * What a report would ask, in words. Pure.
 *
 * @module
 */
import type { Prices } from "@llmlingua/eval";
import { type Asked, costOfPlan, type Plan } from "../report/plan.js";

const NUMBER = new Intl.NumberFormat("en-US");

/** Two to four lines for standard error. */
export function planText(plan: Plan, prices: Prices | undefined): string {
  const { compression, divergence } = plan;
  const cost = prices && costOfPlan(plan, prices);
  const money = cost === undefined ? [] : [`Up to about ${cost.toFixed(2)} USD.`];
  return [
    askedText("Compression", compression),
    askedText("Divergence", divergence),
    ["Nothing was asked or written.", ...money].join(" "),
    "",
  ].join("\n");
}

function askedText(section: string, asked: Asked | undefined): string {
  if (asked === undefined) return `${section}: no server is asked.`;
  const [requests, prompts, answers] = [
    asked.requests,
    asked.promptTokens,
    asked.completionTokens,
  ].map((value) => NUMBER.format(value));
  return `${section}: at most ${requests} requests, about ${prompts} prompt tokens, at most ${answers} tokens of answers.`;
}
