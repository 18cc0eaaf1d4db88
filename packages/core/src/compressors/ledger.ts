/**
 * Who may spend how much: a segment's budget by the kind of part it is from. Pure.
 *
 * LLMLingua (Jiang et al., 2023), Eq. 6, with structure charged first and rounding carried over.
 *
 * @module
 */
import type { PerKind } from "../budget/rates.js";
import type { PartKind } from "../text/types.js";
import type { Job } from "./job.js";
import type { LiveUnits } from "./live-units.js";
import { TIER } from "./tiers.js";

export interface Ledger {
  /** Tokens that the ordinary units of a segment may keep; `spend` tells what they did keep. */
  budgetFor(segment: { readonly first: number; readonly last: number }): {
    readonly tokens: number;
    spend(tokens: number): void;
  };
}

/** Opens a ledger: of each kind's budget, what fixed text and structure leave is spread evenly. */
export function ledgerOf(job: Job, units: LiveUnits, budgets: PerKind): Ledger {
  const ordinary: Record<PartKind, number> = { instruction: 0, context: 0, question: 0 };
  const dear: Record<PartKind, number> = { instruction: 0, context: 0, question: 0 };
  for (const { part, from, to } of job.tokens.parts) {
    for (let t = from; t < to; t++) if (job.tiers[t] === TIER.fixed) dear[part.kind]++;
  }
  for (let u = 0; u < units.start.length; u++) {
    const purse = units.tier[u] === TIER.ordinary ? ordinary : dear;
    purse[units.kind[u]] += units.end[u] - units.start[u];
  }
  const rate = (kind: PartKind) =>
    Math.min(1, Math.max(0, budgets[kind] - dear[kind]) / Math.max(1, ordinary[kind]));
  const owed: Record<PartKind, number> = { instruction: 0, context: 0, question: 0 };
  return {
    budgetFor({ first, last }) {
      const kind = units.kind[first];
      for (let u = first; u <= last; u++) {
        if (units.tier[u] === TIER.ordinary)
          owed[kind] += rate(kind) * (units.end[u] - units.start[u]);
      }
      return {
        tokens: owed[kind],
        spend(tokens) {
          owed[kind] -= tokens;
        },
      };
    },
  };
}
