/**
 * What a run writes: `run.json`, one line of JSON a compressed prompt, one an answer.
 *
 * @module
 */
import type { Usage } from "../targets/types.js";

/** How everything was made, so that a figure can be made again. */
export interface RunConfig {
  readonly task: string;
  /** Its name is empty in a run that only compressed so far. */
  readonly target: { readonly name: string; readonly where: string; readonly api?: string };
  readonly methods: readonly string[];
  readonly sizes: { readonly tokens?: readonly number[]; readonly ratios?: readonly number[] };
  readonly items?: number;
  readonly skip: number;
  readonly seed: number;
  readonly choices: Readonly<Record<string, string>>;
  /** Name of the tokenizer that sizes are counted in. */
  readonly tokenizer: string;
  /** Name of the small model that scores. */
  readonly scorer: string;
  readonly maxNewTokens: number;
  /** Whether each method asks the small model anew, so that its time is its own; slower. */
  readonly timed: boolean;
  /** Folders of models that methods or metrics need, as given. */
  readonly classifier?: string;
  readonly encoder?: string;
}

/** `run.json`: the configuration and the circumstances, which may differ between a run and its resumption. */
export interface RunHeader {
  readonly config: RunConfig;
  readonly versions: Readonly<Record<string, string>>;
  /** Commit of the working folder, with `+` behind it where it is changed; absent outside git. */
  readonly git?: string;
  /** The command that does it again. */
  readonly command?: string;
  readonly started: string;
  /** Absent while it runs, and after a kill. */
  readonly ended?: {
    readonly at: string;
    readonly how: "complete" | "budget-reached";
    /** In USD by the prices given, earlier calls included. */
    readonly spent?: number;
  };
  /** Circumstances of earlier calls, where they differed: records of those are among this run's. */
  readonly earlier?: readonly Pick<RunHeader, "versions" | "git" | "started">[];
}

/** `prompts.jsonl`: one compressed prompt. */
export interface PromptRecord {
  /** `default@442`, `bm25@4x`, `full`. */
  readonly condition: string;
  readonly method: string;
  /** As asked for: `442` or `4x`; absent for methods without a size. */
  readonly size?: string;
  readonly group: string;
  /** First digits of the SHA-256 of the group's texts and the method's options: where they changed it is made again. */
  readonly source: string;
  /** Absent where nothing of the method's kind fits; then `why` says so. */
  readonly prompt?: string;
  readonly why?: string;
  /** Tokens of the compressed prompt (0 without one) and of the whole one, as the size counts them. */
  readonly tokens: number;
  readonly originalTokens: number;
  /** Tokens that the size asks for of this prompt; absent for methods without a size. */
  readonly sizeTokens?: number;
  /** Time of the call that made it, in ms; only of timed runs, since methods share what they ask of the small model in others. */
  readonly ms?: number;
}

/** `results.jsonl`: one item under one condition. */
export interface ResultRecord {
  readonly condition: string;
  readonly method: string;
  readonly size?: string;
  readonly group: string;
  readonly id: string;
  /** First digits of the SHA-256 of what was asked and expected: where they changed it is asked again. */
  readonly question: string;
  readonly tokens: number;
  readonly originalTokens: number;
  /** Time to compress the group's prompt, in ms; only of timed runs. */
  readonly compressMs?: number;
  readonly answer?: string;
  readonly finished?: boolean;
  /** By name, each 0 … 1; one metric may give several, such as `gsm8k` and `gsm8k-any`. */
  readonly scores: Readonly<Record<string, number>>;
  /** Of the gold text, in nats per token (≥ 0), and its tokens. */
  readonly nll?: { readonly perToken: number; readonly tokens: number };
  /** Of the answer's request; what the likelihood cost is not in it. */
  readonly usage?: Usage;
  /** Time of the answer, in ms; absent from the cache. */
  readonly answerMs?: number;
  /** Why there is no likelihood, where there is an answer. */
  readonly nllFailed?: string;
  /** Of all its requests, in USD by the prices given; what came from the cache costs nothing. */
  readonly cost?: number;
  /** Why there is no answer; such lines are tried again by a resumed run and count in no mean. */
  readonly failed?: string;
}
