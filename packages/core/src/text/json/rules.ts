/**
 * Which rule holds for which value of a JSON text. Pure.
 *
 * Paths are walked together with the values, one step per level, so that depth costs nothing.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import { ANY, compareSpecificity, DEEP, type PathSegment, readPath } from "./paths.js";
import type { JsonNode } from "./scan.js";

/** What happens to the values under a path. */
export interface JsonRule {
  /** Share of each string to keep, (0, 1]. */
  readonly rate?: number;
  /** false: verbatim, whatever the rate. */
  readonly compress?: boolean;
  /** true: the pair or array item goes, whatever else is said. */
  readonly drop?: boolean;
}

/**
 * Rules by path: a key at any depth (`description`), names from the root with `*` for any key or index
 * and `**` for any number of them (`messages.*.content`), or the same after a slash for names with
 * dots (`/a.b/c`). Values without a rule of their own have that of the nearest
 * object or array around them that has one.
 *
 * Of several rules for one value the most specific holds, as a whole. From the last segment
 * backwards: a name is more specific than `*`, `*` than `**`; then the longer path; then the later rule.
 */
export type JsonRules = Readonly<Record<string, JsonRule>>;

/** Rules spent on the values of a text. */
export interface AppliedRules {
  /** The rule that holds for each value, by its index. */
  readonly ruling: readonly (JsonRule | undefined)[];
  /** Paths that match no value, in the order given. */
  readonly unmatched: readonly string[];
}

interface CompiledRule {
  readonly path: string;
  readonly segments: readonly PathSegment[];
  readonly rule: JsonRule;
  /** States of this rule start here: one per segment, then the match itself. */
  readonly base: number;
  /** The higher, the more specific. */
  rank: number;
}

/**
 * Finds the rule of every value.
 *
 * @throws LlmlinguaError `invalid-option` for a path or a rule that cannot be read
 */
export function applyRules(
  text: string,
  nodes: readonly JsonNode[],
  rules: JsonRules,
): AppliedRules {
  const compiled = compile(rules);
  const ruling: (JsonRule | undefined)[] = [];
  if (compiled.length === 0) return { ruling, unmatched: [] };
  const ruleOf = compiled.flatMap((rule) => [...rule.segments.map(() => rule), rule]);
  const states: ReadonlySet<number>[] = [];
  const matched = new Set<CompiledRule>();
  for (const node of nodes) {
    const next = new Set<number>();
    if (node.parent < 0) for (const rule of compiled) enter(next, rule, 0);
    else {
      const name = nameOf(text, node);
      for (const state of states[node.parent]) step(next, ruleOf[state], state, name);
    }
    let best: CompiledRule | undefined;
    for (const state of next) {
      const rule = ruleOf[state];
      if (state - rule.base < rule.segments.length) continue;
      matched.add(rule);
      if (best === undefined || rule.rank > best.rank) best = rule;
    }
    states.push(next);
    ruling.push(best?.rule ?? (node.parent < 0 ? undefined : ruling[node.parent]));
  }
  const unmatched = compiled.filter((rule) => !matched.has(rule)).map(({ path }) => path);
  return { ruling, unmatched };
}

/** The position `at` of a rule, and what it may skip to. */
function enter(states: Set<number>, rule: CompiledRule, at: number): void {
  states.add(rule.base + at);
  if (rule.segments[at] === DEEP) states.add(rule.base + at + 1);
}

function step(next: Set<number>, rule: CompiledRule, state: number, name: string): void {
  const at = state - rule.base;
  const segment = rule.segments[at];
  if (segment === DEEP) enter(next, rule, at);
  else if (segment === ANY || segment === name) enter(next, rule, at + 1);
}

function nameOf(text: string, { key, index }: JsonNode): string {
  if (key === undefined) return String(index);
  const written = text.slice(key.start, key.end);
  return written.includes("\\") ? JSON.parse(written) : written.slice(1, -1);
}

function compile(rules: JsonRules): CompiledRule[] {
  let base = 0;
  const compiled = Object.entries(rules).map(([path, rule]) => {
    checkRule(path, rule);
    const segments = readPath(path);
    const own: CompiledRule = { path, segments, rule, base, rank: 0 };
    base += segments.length + 1;
    return own;
  });
  const ranked = [...compiled].sort((a, b) => compareSpecificity(a.segments, b.segments));
  for (const [rank, rule] of ranked.entries()) rule.rank = rank;
  return compiled;
}

function checkRule(path: string, rule: unknown): asserts rule is JsonRule {
  const where = `The JSON rule for ${JSON.stringify(path)}`;
  const fail = (what: string): never => {
    throw new LlmlinguaError("invalid-option", `${where} ${what}.`);
  };
  if (typeof rule !== "object" || rule === null) return fail("is no { rate, compress, drop }");
  for (const [name, value] of Object.entries(rule)) {
    if (value === undefined) continue;
    if (name === "rate") {
      if (typeof value === "number" && value > 0 && value <= 1) continue;
      fail(`has rate ${String(value)}; give a number above 0, at most 1`);
    } else if (name === "compress" || name === "drop") {
      if (typeof value !== "boolean") fail(`has ${name} ${String(value)}; give true or false`);
    } else fail(`has ${name}; there are rate, compress and drop`);
  }
}
