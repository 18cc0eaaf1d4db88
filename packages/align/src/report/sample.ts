/**
 * Answers drawn from a target at temperature 1, with their log-probabilities.
 *
 * @module
 */
import {
  type ConnectionOptions,
  connectionOf,
  EvaluationError,
  postTo,
  type Reply,
} from "@llmlingua/eval";
import { turnsOf } from "@llmlingua/eval/cli-kit";
import type { Message } from "../pairs/types.js";
import { type Sampled, sampledOf, type Unusable } from "./sampled.js";

/** What one sample is asked with. */
export interface SampleOptions {
  /** Most tokens of the answer; of a longer one the beginning is drawn. */
  readonly maxNewTokens: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/** A target that is sampled. */
export interface Sampler {
  readonly name: string;
  /** Without credentials. */
  readonly where: string;
  /** @throws EvaluationError `target-failed`, `target-unfit`, `aborted` */
  sample(messages: readonly Message[], options: SampleOptions): Promise<Sampled | Unusable>;
}

/** How a server is sampled. */
export interface SamplerOptions extends ConnectionOptions {
  readonly model: string;
  /** Most requests begun in a minute, evenly spread; above 0, default no limit. Retries are not counted. */
  readonly requestsPerMinute?: number;
}

/** Samplers that cut the distribution by default are told not to; servers that know no such field say so. */
const WHOLE_DISTRIBUTION = { top_k: 0, min_p: 0 };

/**
 * Samples over `/chat/completions` of an OpenAI-compatible server: temperature 1, all of the distribution.
 * Bounded, with attempts, without redirects, as `openAiTarget` is.
 *
 * @throws EvaluationError `invalid-option`
 */
export function openAiSampler(options: SamplerOptions): Sampler {
  const connection = connectionOf(options);
  const post = postTo(connection);
  const { model, requestsPerMinute } = options;
  const turn = turnsOf(requestsPerMinute);
  const ask = async (body: object, signal: AbortSignal | undefined): Promise<Reply> => {
    await turn(signal);
    return post("/chat/completions", body, signal);
  };
  let extras: object = WHOLE_DISTRIBUTION;
  return {
    name: model,
    where: connection.where,
    async sample(messages, { maxNewTokens, seed, signal }) {
      const body = {
        model,
        messages: messages.map(({ role, content }) => ({ role, content })),
        temperature: 1,
        top_p: 1,
        seed,
        max_tokens: maxNewTokens,
        logprobs: true,
      };
      // Others under way may change it: what counts is what this request was sent with.
      const sent = extras;
      let reply = await ask({ ...body, ...sent }, signal);
      if (isRefused(reply) && sent === WHOLE_DISTRIBUTION) {
        reply = await ask(body, signal);
        // What helped is done at once the next time.
        if (reply.ok) extras = {};
      }
      return readReply(reply, connection.where);
    },
  };
}

function isRefused(reply: Reply): boolean {
  return !reply.ok && [400, 422].includes(reply.status);
}

function readReply(reply: Reply, where: string): Sampled | Unusable {
  if (!reply.ok) {
    const isOfLogprobs =
      /logprob/i.test(reply.words) && [400, 403, 422, 501].includes(reply.status);
    if (isOfLogprobs) return { why: "no-logprobs" };
    throw reply.error;
  }
  const found = sampledOf(reply.json);
  if (found !== undefined) return found;
  throw new EvaluationError(
    "target-failed",
    `The target at ${where} answered something else than a chat completion. Check that its URL ends in /v1.`,
  );
}
