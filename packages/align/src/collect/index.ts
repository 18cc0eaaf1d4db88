/**
 * Collecting pairs: logs, prompts and instructions from seeds → `pairs.jsonl` and its card.
 *
 * @module
 */
export type { Redact } from "./ask.js";
export { collect } from "./collect.js";
export { besideOf, type CollectOptions } from "./options.js";
export { redactText } from "./redact/redact.js";
export type { AskSettings } from "./state.js";
export type { Collected } from "./tally.js";
