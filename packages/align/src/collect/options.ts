/**
 * What a collection is given, and the files beside its pairs.
 *
 * @module
 */
import type { Target } from "@llmlingua/eval";
import type { Prices } from "@llmlingua/eval/cli-kit";
import type { Redact } from "./ask.js";
import type { AskSettings } from "./state.js";

export interface CollectOptions {
  /** `….jsonl`; `….card.md` and `….collect.jsonl` stand beside it. */
  readonly out: string;
  /** Files and folders of logs. */
  readonly logs: readonly string[];
  readonly allTurns: boolean;
  /** Files of prompts. */
  readonly prompts: readonly string[];
  readonly expand?: {
    readonly seeds: string;
    /** New instructions wanted. */
    readonly count: number;
    /** Of the draws. */
    readonly seed: number;
  };
  /** Who answers prompts; without it there are logs alone. */
  readonly target?: Target;
  readonly settings?: AskSettings;
  readonly concurrency: number;
  readonly prices?: Prices;
  /** In USD, over all calls that write to `out`. */
  readonly cap?: number;
  readonly redact: Redact;
  /** Most pairs in the file; default no limit. */
  readonly limit?: number;
  /** Whether nothing is asked and nothing written. */
  readonly dryRun: boolean;
  /** The command line, without secrets. */
  readonly command: string;
  /** Tokens as the embedded model has them, for lengths and guesses. */
  readonly counter: { readonly name: string; count(text: string): number };
  readonly signal?: AbortSignal;
  onProgress?(what: "instructions" | "prompts", done: number, all: number): void;
}

/** What stands beside a file of pairs. */
export function besideOf(out: string): { readonly card: string; readonly state: string } {
  const stem = out.replace(/\.jsonl$/i, "");
  return { card: `${stem}.card.md`, state: `${stem}.collect.jsonl` };
}
