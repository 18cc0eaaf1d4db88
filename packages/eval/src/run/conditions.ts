/**
 * Conditions of a group: each method at each size. Pure.
 *
 * @module
 */
import { bodyOf, type Method } from "../methods/index.js";
import type { Group, Sizes } from "../tasks/types.js";

export interface Condition {
  /** `default@442`, `bm25@4x`, `full`. */
  readonly name: string;
  readonly method: Method;
  /** Absent for methods without a size. */
  readonly size?: { readonly label: string; readonly tokens: number };
}

/** Tokens of a compressed prompt as sizes count them: with the suffix where the group asks. */
export function measureOf(group: Group, count: (text: string) => number) {
  const suffix = group.asks ? group.items[0].suffix : "";
  return (prompt: string) => count(prompt + suffix);
}

/** Methods that the group cannot have (it asks no question, is no conversation) are left out. */
export function conditionsOf(
  group: Group,
  methods: readonly Method[],
  sizes: Sizes,
  count: (text: string) => number,
): readonly Condition[] {
  const own = sizesOf(group, sizes, count);
  return methods
    .filter((method) => suits(method, group))
    .flatMap((method): readonly Condition[] => {
      if (!method.sized) return [{ name: method.name, method }];
      return own.map((size) => ({ name: `${method.name}@${size.label}`, method, size }));
    });
}

/** Whether a method means anything for a prompt. */
export function suits({ needs }: Method, { question, chat }: Group): boolean {
  if (needs === "question") return question !== undefined;
  return needs !== "chat" || chat !== undefined;
}

/** A ratio is of what comes before the suffix; where the question counts, of the contexts alone. */
function sizesOf(group: Group, { tokens, ratios = [] }: Sizes, count: (text: string) => number) {
  if (tokens !== undefined) return tokens.map((size) => ({ label: String(size), tokens: size }));
  const whole = measureOf(group, count)(bodyOf(group, group.contexts));
  const part = group.asks ? count(group.contexts.join(group.joint)) : whole;
  return ratios.map((ratio) => ({
    label: `${ratio}x`,
    tokens: whole - part + Math.floor(part / ratio),
  }));
}
