/**
 * The compressor: checks what was asked, runs a recipe, one job after another.
 *
 * @module
 */
import { checkSize } from "../budget/size.js";
import { throwIfAborted, untilAborted } from "../errors.js";
import type { TokenScorer } from "../score/types.js";
import { promptOf } from "../text/prompt.js";
import type { Prompt, PromptInput } from "../text/types.js";
import type { TokenCounter } from "../tokens/types.js";
import { checkAuto } from "./auto.js";
import { settingsOf } from "./options.js";
import { checkReferenceOptions } from "./reference.js";
import { run } from "./run.js";
import type { Budget, CompressedPrompt, CompressOptions } from "./types.js";

/**
 * What a compressor works with: each part, or a function that gets it, called by every job that
 * needs it, after the job's options and prompt were checked.
 */
export interface CompressorParts {
  /** Not asked for where the prompt fits as it is: such a result names the scorer `none`. */
  readonly scorer: TokenScorer | (() => Promise<TokenScorer>);
  /** Counts in the target model's tokens. */
  readonly counter: TokenCounter | (() => Promise<TokenCounter>);
}

/** Compresses prompts with one scorer. Jobs run one after another, in the order of the calls. */
export interface Compressor {
  /**
   * @param input - a text, whose blank-line blocks are contexts; its parts; or a prompt made by
   * `taggedPrompt`, `jsonPrompt` or `messagesPrompt`
   * @throws LlmlinguaError `invalid-option`, `invalid-prompt`, `protected-too-large`,
   * `target-too-small`, `aborted`, `scorer-failed`, `ranker-failed`, `closed`
   */
  compress(
    input: string | PromptInput | Prompt,
    options: CompressOptions & Budget,
  ): Promise<CompressedPrompt>;
}

/**
 * Makes a compressor from a scorer and a counter.
 *
 * @example
 * ```ts
 * const compressor = createCompressor({ scorer: createHashScorer(), counter: await loadCounter("cl100k_base") });
 * const { text } = await compressor.compress(prompt, { rate: 0.2 });
 * ```
 */
export function createCompressor(parts: CompressorParts): Compressor {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    async compress(input, options) {
      const settings = settingsOf(options);
      const given = { ...options };
      checkSize(options);
      checkAuto(options.auto, options.rate);
      if (settings.preset === "microsoft") checkReferenceOptions(options);
      const prompt = promptOf(input);
      throwIfAborted(options.signal);
      const job = tail.then(() => {
        throwIfAborted(options.signal);
        return run(parts, prompt, settings, given);
      });
      tail = job.catch(() => undefined);
      return untilAborted(job, options.signal);
    },
  };
}
