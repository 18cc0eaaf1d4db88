/**
 * The embedded model as a target: log-likelihoods in this process, without a key and without a network.
 *
 * @module
 */
import type { TokenScorer } from "@llmlingua/core";
import { loadScorer } from "@llmlingua/core/onnx";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import { EvaluationError, throwIfAborted } from "../errors.js";
import type { Likelihood, Target } from "./types.js";

/**
 * A target for log-likelihoods alone; it generates nothing. Prompt and continuation are tokenised apart,
 * so no token lies over their boundary.
 *
 * @param scorer - another small model, which stays the caller's to close; default the embedded one
 * @throws EvaluationError; when asked, `target-unfit` for texts longer than the model reads, `target-failed`, `aborted`
 */
export async function embeddedTarget(
  scorer?: TokenScorer,
): Promise<Target & Required<Pick<Target, "likelihood">>> {
  const model = scorer ?? (await loadScorer(modelDirectory));
  return {
    name: model.name,
    where: "in process",
    likelihood: (prompt, continuation, signal) => likelihood(model, prompt, continuation, signal),
    close: async () => {
      if (scorer === undefined) await model.close();
    },
  };
}

async function likelihood(
  model: TokenScorer,
  prompt: string,
  continuation: string,
  signal: AbortSignal | undefined,
): Promise<Likelihood> {
  throwIfAborted(signal);
  const { tokenizer, startToken } = model;
  const start = startToken === undefined ? [] : [startToken];
  const before = [...start, ...tokenizer.encode(prompt).ids];
  const ids = Uint32Array.from([...before, ...tokenizer.encode(continuation).ids]);
  const tokens = ids.length - before.length;
  const usage = { promptTokens: ids.length, completionTokens: 0, cachedTokens: 0 };
  if (tokens === 0) return { nats: 0, tokens, usage };
  checkLengths(model, before.length, tokens);
  const asked = performance.now();
  const logprobs = await model.score(ids, { from: before.length, signal }).catch((error) => {
    throwIfAborted(signal);
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The target ${model.name} failed: ${reason}`;
    throw new EvaluationError("target-failed", message, { cause: error });
  });
  const nats = logprobs.reduce((sum, logprob) => sum + logprob, 0);
  return { nats, tokens, usage, ms: performance.now() - asked };
}

function checkLengths({ name, maxTokens }: TokenScorer, before: number, tokens: number): void {
  if (before === 0) {
    const message = `The target ${name} has no start token, so a continuation needs a prompt that is not empty.`;
    throw new EvaluationError("target-unfit", message);
  }
  if (before + tokens > maxTokens) {
    const message = `The target ${name} reads at most ${maxTokens} tokens, but prompt and continuation have ${before} + ${tokens} (start token included). Ask for smaller sizes, or use a target that reads more.`;
    throw new EvaluationError("target-unfit", message);
  }
}
