/**
 * The log-likelihood of a continuation after a prompt, asked of `/completions` in the forms that servers
 * know: an echo with log-probabilities, or vLLM's `prompt_logprobs`.
 *
 * @module
 */
import { EvaluationError, throwIfAborted } from "../errors.js";
import { firstOfContinuation } from "./alignment.js";
import { untilAborted } from "./cancel.js";
import type { Connection } from "./connection.js";
import { FORMS, type Form, type ScoredTokens } from "./likelihood-forms.js";
import type { Post } from "./transport.js";
import type { Likelihood, Target } from "./types.js";
import { usageOf } from "./usage.js";

/**
 * How a server is asked. `echo`: the prompt back, with the log-probability of each of its tokens, and one
 * token generated, or none where one is refused. `prompt_logprobs`: vLLM's field, one token generated.
 */
export type LikelihoodBy = "echo" | "prompt_logprobs";

/** What {@link likelihoodWith} is told of the server. */
export interface LikelihoodOptions {
  readonly connection: Connection;
  readonly model: string;
  readonly likelihoodBy: LikelihoodBy | "auto";
  count(text: string): number;
}

/**
 * A short request whose answer says whether a form is known; a long one may fail for its length. Any
 * language model knows how it goes on, so that log-probabilities beside the wrong tokens show too:
 * of models without a start token llama-cpp-python 0.3 echoes each token with what was expected after it.
 */
const PROBE = {
  prompt: "red, green, blue, red, green, blue, red, green, blue, red, green,",
  continuation: " blue",
  probes: true,
};

/** Least log-probability of a token of the probe's continuation, in nats; the right one is near 0. */
const KNOWN = -4;

/**
 * A target's `likelihood`. The first call finds out, with a short text, which form the server knows, and
 * that stays; a server that fails for other reasons is tried again by the next call.
 *
 * Tokens over the boundary of prompt and continuation count as the continuation's.
 *
 * It throws EvaluationError `target-unfit` where the server gives no log-probabilities of a prompt, or tokens
 * that cannot be told apart, and `target-failed`, `aborted`.
 */
export function likelihoodWith(
  post: Post,
  options: LikelihoodOptions,
): NonNullable<Target["likelihood"]> {
  const { likelihoodBy } = options;
  const forms = FORMS.filter(({ by }) => likelihoodBy === "auto" || by === likelihoodBy);
  let finding: Promise<Form> | undefined;
  const known = () => {
    finding ??= formOf(post, options, forms).catch((error: unknown) => {
      if (!isUnfit(error)) finding = undefined;
      throw error;
    });
    return finding;
  };
  return async (prompt, continuation, signal) => {
    throwIfAborted(signal);
    if (continuation === "") return NOTHING;
    // The finding is everyone's, so no single caller's signal stops it.
    const form = await untilAborted(known(), signal);
    const question = { prompt: prompt.toWellFormed(), continuation: continuation.toWellFormed() };
    return ask(post, options, form, { ...question, signal });
  };
}

const NOTHING: Likelihood = {
  nats: 0,
  tokens: 0,
  usage: { promptTokens: 0, completionTokens: 0, cachedTokens: 0 },
};

/** The first form that the server knows. */
async function formOf(
  post: Post,
  options: LikelihoodOptions,
  forms: readonly Form[],
): Promise<Form> {
  const reasons: string[] = [];
  let misplaced: LikelihoodBy | undefined;
  for (const form of forms) {
    // Asked in another way, it would not put them elsewhere.
    if (form.by === misplaced) continue;
    try {
      const { nats, tokens } = await ask(post, options, form, PROBE);
      if (nats / tokens >= KNOWN) return form;
      misplaced = form.by;
      reasons.push(
        `${form.name}: The log-probabilities do not belong to the tokens that they stand beside: a word repeated for the fourth time has ${(nats / tokens).toFixed(1)} nats.`,
      );
    } catch (error) {
      if (!isUnfit(error)) throw error;
      reasons.push(`${form.name}: ${error.message}`);
    }
  }
  const { where } = options.connection;
  throw new EvaluationError(
    "target-unfit",
    `The target at ${where} gives no log-likelihoods. Ask for answers alone, or use a server that echoes prompts with log-probabilities or knows prompt_logprobs (vLLM). It was asked by ${reasons.join(" By ")}`,
  );
}

function isUnfit(error: unknown): error is EvaluationError {
  return error instanceof EvaluationError && error.code === "target-unfit";
}

interface Question {
  readonly prompt: string;
  readonly continuation: string;
  /** Whether a refusal says that the form is not known. */
  readonly probes?: boolean;
  readonly signal?: AbortSignal;
}

async function ask(
  post: Post,
  { connection, model, count }: LikelihoodOptions,
  form: Form,
  { prompt, continuation, probes, signal }: Question,
): Promise<Likelihood> {
  const text = prompt + continuation;
  const body = { model, prompt: text, temperature: 0, ...form.fields };
  const reply = await post("/completions", body, signal);
  if (!reply.ok) {
    const unfit = probes === true && isRefusal(reply.status, reply.words);
    throw unfit ? new EvaluationError("target-unfit", reply.error.message) : reply.error;
  }
  const scored = form.read(connection, reply.json, text);
  const estimate = { prompt: () => count(text), completion: () => form.fields.max_tokens };
  const usage = usageOf(scored.usage, estimate);
  return { ...sumOf(connection, scored, prompt, continuation), usage, ms: reply.ms };
}

/** Whether a server says that it does not know a form, rather than that something went wrong. */
function isRefusal(status: number, words: string): boolean {
  return [400, 422, 501].includes(status) || (status >= 500 && /echo|logprob/i.test(words));
}

function sumOf(
  { where, redact }: Connection,
  { tokens, logprobs }: ScoredTokens,
  prompt: string,
  continuation: string,
): { readonly nats: number; readonly tokens: number } {
  const scoredFrom = logprobs[0] === null ? 1 : 0;
  const first = firstOfContinuation(tokens, prompt, continuation, scoredFrom);
  const parts = first === undefined ? [null] : logprobs.slice(first);
  let nats = 0;
  for (const logprob of parts) {
    if (logprob === null) {
      const said = redact(JSON.stringify(tokens.slice(-6))).slice(0, 120);
      throw new EvaluationError(
        "target-unfit",
        `The tokens that ${where} answers with do not show where the prompt ends, or lack a log-probability behind it: the last are ${said}. Give a prompt that is not empty; where it is none, this server's log-likelihoods cannot be used.`,
      );
    }
    nats += Math.min(logprob, 0);
  }
  return { nats, tokens: parts.length };
}
