/**
 * For tests: a base scorer without weights, and one that finds everything more or less likely.
 *
 * @module
 */
import { createHashScorer, type TokenScorer } from "@llmlingua/core";
import type { Pair } from "../pairs/types.js";
import type { Scorers } from "./nats.js";

/** The aligned scorer's surprisals are the base's times `factor`. */
export function scorersWith(factor: number): Scorers {
  const base = { ...createHashScorer(), name: "base" };
  const aligned: TokenScorer = {
    ...base,
    name: "base+aligned",
    score: async (ids, options) => (await base.score(ids, options)).map((value) => value * factor),
  };
  return { base, aligned };
}

/** A pair by its id, alone or in a group. */
export function pairOf(
  id: string,
  prompt = `Say ${id}.`,
  answer = `The answer is ${id}.`,
  group?: string,
): Pair {
  const messages = [{ role: "user", content: prompt }] as const;
  return { id, messages, answer, ...(group !== undefined && { group }) };
}
