import { expect, test } from "vitest";
import { METRICS, type RuleName, score } from "./index.js";

const RULES = Object.keys(METRICS).filter((name) => name !== "bertscore") as RuleName[];

test.each(RULES)("the table names the scores that %s gives, in its order", (metric) => {
  expect(Object.keys(score(metric, "12", ["12"]))).toEqual(Object.keys(METRICS[metric].scores));
});
