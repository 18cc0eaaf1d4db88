/**
 * Who may spend how much: a segment's budget by the part it is from. Pure.
 *
 * LLMLingua (Jiang et al., 2023), Eq. 6, with structure charged first and rounding carried over;
 * LongLLMLingua (Jiang et al., 2023), §4.3, where contexts keep more the better they rank.
 *
 * @module
 */

import { dynamicRates } from "../budget/dynamic.js";
import type { PerKind } from "../budget/rates.js";
import { bestFirst } from "../rank/order.js";
import type { PartKind, PromptPart } from "../text/types.js";
import type { Job } from "./job.js";
import type { LiveUnits } from "./live-units.js";
import { TIER } from "./tiers.js";

export interface Ledger {
  /** Tokens that the ordinary units of a segment may keep; `spend` tells what they did keep. */
  budgetFor(segment: { readonly first: number; readonly last: number }): {
    readonly tokens: number;
    spend(tokens: number): void;
  };
  /** Whether two parts of the prompt are spent on alike, so that one segment may hold both. */
  sameRate(part: number, other: number): boolean;
}

/** Tokens of a part: those that are decided on, and those that stay whatever happens. */
interface PartTotals {
  ordinary: number;
  dear: number;
}

/** Opens a ledger: of each budget, what fixed text and structure leave is spread evenly. */
export function ledgerOf(job: Job, units: LiveUnits, budgets: PerKind): Ledger {
  const parts = job.tokens.parts.map(({ part }) => part);
  const rates = ratesOf(job, parts, totalsOf(job, units), budgets);
  const purse = (p: number) => (parts[p].rate === undefined ? parts[p].kind : "own");
  const owed = { instruction: 0, context: 0, question: 0, own: 0 };
  return {
    budgetFor({ first, last }) {
      const from = purse(units.part[first]);
      for (let u = first; u <= last; u++) {
        if (units.tier[u] !== TIER.ordinary) continue;
        owed[from] += rates[units.part[u]] * (units.end[u] - units.start[u]);
      }
      return {
        tokens: owed[from],
        spend(tokens) {
          owed[from] -= tokens;
        },
      };
    },
    sameRate: (part, other) =>
      part === other || (rates[part] === rates[other] && purse(part) === purse(other)),
  };
}

function totalsOf(job: Job, units: LiveUnits): PartTotals[] {
  const totals = job.tokens.parts.map(({ from, to }) => {
    let dear = 0;
    for (let t = from; t < to; t++) if (job.tiers[t] === TIER.fixed) dear++;
    return { ordinary: 0, dear };
  });
  for (let u = 0; u < units.start.length; u++) {
    const tokens = units.end[u] - units.start[u];
    if (units.tier[u] === TIER.ordinary) totals[units.part[u]].ordinary += tokens;
    else totals[units.part[u]].dear += tokens;
  }
  return totals;
}

/** By part: the share of its ordinary tokens that may stay. */
function ratesOf(
  job: Job,
  parts: readonly PromptPart[],
  totals: readonly PartTotals[],
  budgets: PerKind,
): number[] {
  const shared = (kind: PartKind) => {
    const own = totals.filter((_, p) => parts[p].kind === kind && parts[p].rate === undefined);
    const sum = (of: keyof PartTotals) => own.reduce((all, total) => all + total[of], 0);
    return shareOf(budgets[kind], sum("dear"), sum("ordinary"));
  };
  const byKind = {
    instruction: shared("instruction"),
    context: shared("context"),
    question: shared("question"),
  };
  const rates = parts.map(({ kind, rate }, p) => {
    if (rate === undefined) return byKind[kind];
    const { from, to } = job.tokens.parts[p];
    return shareOf(rate * (to - from), totals[p].dear, totals[p].ordinary);
  });
  return job.settings.dynamicRate > 0 ? byRelevance(job, parts, totals, rates) : rates;
}

function shareOf(budget: number, dear: number, ordinary: number): number {
  return Math.min(1, Math.max(0, budget - dear) / Math.max(1, ordinary));
}

/** Contexts with something to decide on, best first, get a share that falls with their rank. */
function byRelevance(
  { relevance, settings }: Job,
  parts: readonly PromptPart[],
  totals: readonly PartTotals[],
  rates: readonly number[],
): number[] {
  const contexts = [...parts.keys()].filter((p) => parts[p].kind === "context");
  const scored = contexts.map((p, place) => ({ p, score: relevance?.scores[place] ?? 0 }));
  const live = scored.filter(({ p }) => parts[p].rate === undefined && totals[p].ordinary > 0);
  const order = bestFirst(live.map(({ score }) => score)).map((i) => live[i].p);
  const own = dynamicRates(
    order.map((p) => totals[p].ordinary),
    rates[order[0]] ?? 0,
    settings.dynamicRate,
  );
  const found = [...rates];
  for (const [place, p] of order.entries()) found[p] = own[place];
  return found;
}
