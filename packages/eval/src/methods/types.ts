/**
 * A method: how a prompt is brought down to a size, by this library or by what it is compared with.
 *
 * @module
 */
import type { Compressor, TokenCounter, TokenScorer } from "llmlingua";
import type { Group } from "../tasks/types.js";

/** What a method works on and with. */
export interface Work {
  readonly group: Group;
  /** Most tokens of what `measure` counts. */
  readonly size: number;
  /** Tokens of a compressed prompt, as the size counts them. */
  measure(prompt: string): number;
  /** Tokens of a text in the target's tokenizer. */
  count(text: string): number;
  readonly counter: TokenCounter;
  readonly compressor: Compressor;
  readonly scorer: TokenScorer;
  readonly seed: number;
  readonly signal?: AbortSignal;
  /** Told how long the call took whose prompt is kept, in ms, where several were tried. */
  took?(ms: number): void;
}

export interface Method {
  /** As on the command line and in reports. */
  readonly name: string;
  /** One line for reports and help. */
  readonly title: string;
  /** Whether it has a size; `full` and `zero` have none. */
  readonly sized: boolean;
  /** What it needs of the group to mean anything. */
  readonly needs?: "question" | "chat" | "classifier";
  /** Options of the caller's own, as JSON: two methods of one name are the same only if these are. */
  readonly identity?: string;
  /** The same call with random numbers for its scores; reports pair the two. */
  readonly control?: string;
  /** The method that this one is without a part of; reports pair the two. */
  readonly ablates?: string;
  /** What stays of the prompt, without the suffix; undefined where nothing of its kind fits the size. */
  compress(work: Work): Promise<string | undefined>;
}
