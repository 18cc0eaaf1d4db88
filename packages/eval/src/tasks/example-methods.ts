/**
 * What runs on worked examples unless other methods are asked for.
 *
 * @module
 */

/** Names of methods, see `methods/list.ts`. */
export const EXAMPLE_METHODS: readonly string[] = [
  "full",
  "zero",
  "shortest-one",
  "default",
  "paper",
  "microsoft",
  "microsoft-notebook",
  "selective-context",
  "selective-token",
  "selective-line",
  "truncate",
  "whole-first",
  "whole-shortest",
  "whole-ranked",
  "random-tokens",
  "default-random",
];
