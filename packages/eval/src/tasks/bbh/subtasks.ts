/**
 * Names of BIG-Bench Hard's subtasks.
 *
 * @module
 */

/**
 * Varied subtasks whose prompts were written for them (those of five and seven objects are copies of the one
 * of three) and whose instructions are short against a ninth of the prompt.
 */
export const DEFAULT_SUBTASKS = [
  "boolean_expressions",
  "causal_judgement",
  "disambiguation_qa",
  "formal_fallacies",
  "geometric_shapes",
  "hyperbaton",
  "logical_deduction_three_objects",
  "movie_recommendation",
  "navigate",
  "object_counting",
  "penguins_in_a_table",
  "reasoning_about_colored_objects",
  "temporal_sequences",
  "web_of_lies",
] as const;

/** Own ones in the same layout, in the package's data. */
export const SHIPPED_SUBTASKS = ["calendar_dates", "shelf_order", "stock_counting"] as const;
