/**
 * The compressor: checks what was asked, runs a recipe, one job after another.
 *
 * @module
 */

import { checkSize, type SizeRequest } from "../budget/size.js";
import type { TokenClassifier } from "../classify/types.js";
import { throwIfAborted, untilAborted } from "../errors.js";
import { createScoreMemory } from "../score/memory.js";
import type { TokenScorer } from "../score/types.js";
import { messagesPrompt } from "../text/messages/prompt.js";
import type { ChatMessage, MessagesOptions } from "../text/messages/types.js";
import { promptOf } from "../text/prompt.js";
import type { Prompt, PromptInput } from "../text/types.js";
import type { TokenCounter } from "../tokens/types.js";
import { checkAuto } from "./auto.js";
import { type BatchInput, type BatchItem, oneByOne } from "./batch.js";
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
  /** Needed by method `llmlingua2` alone. */
  readonly classifier?: TokenClassifier | (() => Promise<TokenClassifier>);
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
  /**
   * Compresses chat messages, OpenAI's or Anthropic's (told by their shape), and gives them back in the
   * same format: calls of tools and their results paired (`keepCalls: false`: or gone together), results that are JSON still JSON, the
   * system's texts and the user's last one verbatim. Sizes count texts and calls, not the
   * few tokens by which an API marks roles.
   *
   * @throws LlmlinguaError as `compress`
   */
  compressMessages<Message extends ChatMessage>(
    messages: readonly Message[],
    options: CompressOptions & Budget & MessagesOptions,
  ): Promise<CompressedMessages<Message>>;
  /**
   * Compresses prompt after prompt and gives each result in order as soon as it is there. A prompt
   * that fails is an item with its `error`; the others go on. What prompts share and is read by itself
   * (contexts, their sentences) or after the same text is scored once, as far as 2,000,000 tokens of
   * memory reach. One prompt is held at a time; nothing is read from `inputs` before it is asked for.
   *
   * @throws LlmlinguaError `invalid-option` before the first prompt, `aborted`
   */
  compressMany(
    inputs: Iterable<BatchInput> | AsyncIterable<BatchInput>,
    options: CompressOptions & Budget,
  ): AsyncGenerator<BatchItem>;
}

/** A compressed conversation. */
export interface CompressedMessages<Message extends ChatMessage = ChatMessage>
  extends CompressedPrompt {
  /** As they were given, their texts compressed; messages of which nothing changed are the same objects. */
  readonly messages: Message[];
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
  const queue = async (
    parts: CompressorParts,
    input: BatchInput,
    options: CompressOptions & Budget,
  ) => {
    checkOptions(options);
    const given = { ...options };
    const prompt = promptOf(input);
    const settings = settingsOf(options, prompt.form);
    throwIfAborted(options.signal);
    const job = tail.then(() => {
      throwIfAborted(options.signal);
      return run(parts, prompt, settings, given);
    });
    tail = job.catch(() => undefined);
    return untilAborted(job, options.signal);
  };
  const compress = async (input: BatchInput, options: CompressOptions & Budget) =>
    (await queue(parts, input, options)).result;
  return {
    compress,
    async compressMessages(messages, given) {
      const { roleRates, keepLastUser, keepLast, keepCalls, ...options } = given ?? {};
      checkOptions(options);
      const { prompt, rebuild } = messagesPrompt(messages, {
        roleRates,
        keepLastUser,
        keepLast,
        keepCalls,
        keepCode: settingsOf(options, "messages").keepCode,
      });
      const { result, kept } = await queue(parts, prompt, options as CompressOptions & Budget);
      return { ...result, messages: rebuild(kept) };
    },
    async *compressMany(inputs, options) {
      checkOptions(options);
      const memory = createScoreMemory();
      const scorer = async () => memory.over(await opened(parts.scorer));
      const each = async (input: BatchInput) =>
        (await queue({ ...parts, scorer }, input, options)).result;
      yield* oneByOne(inputs, options.signal, each);
    },
  };
}

async function opened(scorer: CompressorParts["scorer"]): Promise<TokenScorer> {
  return typeof scorer === "function" ? scorer() : scorer;
}

/** Checks everything that can be checked without a prompt. */
function checkOptions(options: CompressOptions & Partial<SizeRequest>): void {
  const { preset } = settingsOf(options);
  checkSize(options);
  checkAuto(options.auto, options.rate);
  if (preset === "microsoft") checkReferenceOptions(options);
}
