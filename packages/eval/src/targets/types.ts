/**
 * A target: the model that is asked with compressed prompts.
 *
 * @module
 */

/** A message before the prompt, for chat models. */
export interface TargetMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface GenerateOptions {
  readonly maxNewTokens: number;
  readonly stop: readonly string[];
  /** 0 … 2; default 0, the likeliest token each time. */
  readonly temperature?: number;
  /** Messages before the prompt, in order; chat alone, default none. */
  readonly history?: readonly TargetMessage[];
  readonly signal?: AbortSignal;
}

/** Tokens a request is billed for, in the target's own tokenizer where it says so. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Of the prompt's tokens, those read from the provider's cache; 0 where it does not say. */
  readonly cachedTokens: number;
}

export interface Answer {
  readonly text: string;
  /** Whether the model ended by itself or at a stop text, not at `maxNewTokens`. */
  readonly finished: boolean;
  readonly usage: Usage;
  /** Time of the attempt that succeeded, in ms; absent where it came from the disk cache. */
  readonly ms?: number;
}

/** Log-likelihood of a continuation. */
export interface Likelihood {
  /** Sum of ln p of the continuation's tokens, in nats (≤ 0). */
  readonly nats: number;
  /** Tokens of the continuation. */
  readonly tokens: number;
  readonly usage: Usage;
  readonly ms?: number;
}

export interface Target {
  /** For reports, e.g. `gpt-4o-mini` or `smollm2-135m-instruct`. */
  readonly name: string;
  /** Where it runs, without credentials, e.g. `http://127.0.0.1:8000/v1` or `in process`. */
  readonly where: string;
  /** Greedy unless a temperature is asked for; absent where the target cannot generate. */
  generate?(prompt: string, options: GenerateOptions): Promise<Answer>;
  /** Absent where it gives no log-probabilities of a prompt. */
  likelihood?(prompt: string, continuation: string, signal?: AbortSignal): Promise<Likelihood>;
  close(): Promise<void>;
}
