/**
 * A target behind any OpenAI-compatible server: OpenAI, vLLM, llama.cpp, Ollama, SGLang, LM Studio and others.
 *
 * @module
 */
import { EvaluationError, throwIfAborted } from "../errors.js";
import { answerOf } from "./answers.js";
import { type Connection, type ConnectionOptions, connectionOf } from "./connection.js";
import { type LikelihoodBy, likelihoodWith } from "./likelihood.js";
import { type Body, type Change, postAdapted } from "./parameters.js";
import { type Post, postTo } from "./transport.js";
import type { Answer, GenerateOptions, Target, TargetMessage } from "./types.js";

/** Options of {@link openAiTarget}. */
export type OpenAiTargetOptions = ConnectionOptions & {
  /** As the server names it. */
  readonly model: string;
  /** Sent with every request, where the server takes it; default 0. */
  readonly seed?: number;
  /** Tokens of a text, for servers that do not say; default a quarter of its UTF-16 length. */
  count?(text: string): number;
} & (
    | {
        /** Default `completions`: the prompt as it is, without a chat template. */
        readonly api?: "completions";
        /** How log-likelihoods are asked for, see `likelihood.ts`; default `auto`. */
        readonly likelihoodBy?: LikelihoodBy | "auto" | "none";
        readonly system?: never;
      }
    | {
        /** The prompt as a user's message; no log-likelihoods. */
        readonly api: "chat";
        readonly likelihoodBy?: "auto" | "none";
        /** A system message before the prompt; default none. */
        readonly system?: string;
      }
  );

/** Most stop texts that OpenAI takes; the others are looked for in the answer. */
const MOST_STOPS = 4;

/**
 * A target that is asked over HTTP, greedily unless a temperature is given: top_p 1, a fixed seed.
 *
 * Redirects are not followed, and no environment variable is read. Whether it gives log-likelihoods is
 * found out by the first `likelihood`, which fails with `target-unfit` where it gives none.
 *
 * @throws EvaluationError `invalid-option`; when asked, `target-failed`, `target-unfit`, `aborted`
 *
 * @example
 * ```ts
 * import { openAiTarget } from "@llmlingua/eval";
 *
 * const target = openAiTarget({ baseUrl: "http://127.0.0.1:8000/v1", model: "qwen2.5-7b" });
 * const { text } = await target.generate("2 + 2 =", { maxNewTokens: 8, stop: ["\n"] });
 * ```
 */
export function openAiTarget(
  options: OpenAiTargetOptions,
): Target & Required<Pick<Target, "generate">> {
  const { model, api = "completions", likelihoodBy = "auto" } = options;
  const connection = connectionOf(options);
  checkOptions(options);
  const post = postTo(connection);
  const count = options.count ?? ((text: string) => Math.ceil(text.length / 4));
  const learned = new Set<Change>();
  const target = {
    name: model,
    where: connection.where,
    generate: (prompt: string, asked: GenerateOptions) =>
      generate({ connection, post, learned, options, count }, prompt, asked),
    close: async () => {},
  };
  if (api === "chat" || likelihoodBy === "none") return target;
  return {
    ...target,
    likelihood: likelihoodWith(post, { connection, model, likelihoodBy, count }),
  };
}

function checkOptions({ model, api = "completions", likelihoodBy = "auto" }: OpenAiTargetOptions) {
  if (model === "") {
    throw new EvaluationError("invalid-option", "model is empty; name one that the server has.");
  }
  if (api !== "completions" && api !== "chat") {
    throw new EvaluationError(
      "invalid-option",
      `api is ${api}; it must be "completions" or "chat".`,
    );
  }
  const forms = api === "chat" ? ["auto", "none"] : ["auto", "echo", "prompt_logprobs", "none"];
  if (!forms.includes(likelihoodBy)) {
    const message = `likelihoodBy is ${likelihoodBy}; with the API "${api}" it must be one of ${forms.join(", ")}.`;
    throw new EvaluationError("invalid-option", message);
  }
}

interface Server {
  readonly connection: Connection;
  readonly post: Post;
  readonly learned: Set<Change>;
  readonly options: OpenAiTargetOptions;
  count(text: string): number;
}

async function generate(server: Server, prompt: string, asked: GenerateOptions): Promise<Answer> {
  const { connection, post, learned, options, count } = server;
  const { maxNewTokens, stop, signal, history = [] } = asked;
  throwIfAborted(signal);
  checkAsked(options, asked);
  const given = prompt.toWellFormed();
  const path = options.api === "chat" ? "/chat/completions" : "/completions";
  const body = { ...inputOf(options, given, history), ...limitsOf(options, asked) };
  const reply = await postAdapted(post, path, body, learned, signal);
  if (!reply.ok) throw reply.error;
  const before = history.map(({ content }) => content).join("");
  const sent = (options.system ?? "") + before + given;
  const answer = answerOf(connection, reply.json, { prompt: sent, maxNewTokens, stop, count });
  return { ...answer, ms: reply.ms };
}

/** @throws EvaluationError `invalid-option`, `target-unfit` for messages that completions cannot take */
function checkAsked(
  { api }: OpenAiTargetOptions,
  { temperature = 0, history = [] }: GenerateOptions,
) {
  if (!(temperature >= 0 && temperature <= 2)) {
    const message = `temperature is ${temperature}; it must be a number from 0 to 2.`;
    throw new EvaluationError("invalid-option", message);
  }
  if (history.length > 0 && api !== "chat") {
    const message = `The API "completions" takes a prompt alone, not ${history.length} messages before it. Use the API "chat".`;
    throw new EvaluationError("target-unfit", message);
  }
}

function inputOf(
  { model, api, system }: OpenAiTargetOptions,
  prompt: string,
  history: readonly TargetMessage[],
): Body {
  if (api !== "chat") return { model, prompt };
  const before = system === undefined ? [] : [{ role: "system", content: system }];
  const said = history.map(({ role, content }) => ({ role, content: content.toWellFormed() }));
  return { model, messages: [...before, ...said, { role: "user", content: prompt }] };
}

function limitsOf({ seed = 0 }: OpenAiTargetOptions, asked: GenerateOptions): Body {
  const stop = asked.stop.filter((text) => text !== "").slice(0, MOST_STOPS);
  const { maxNewTokens: max_tokens, temperature = 0 } = asked;
  const limits = { max_tokens, temperature, top_p: 1, seed };
  return stop.length === 0 ? limits : { ...limits, stop };
}
