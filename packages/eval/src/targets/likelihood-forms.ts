/**
 * The forms in which servers give the log-probabilities of a prompt: what to send, how to read it. Pure.
 *
 * @module
 */
import { z } from "zod";
import { EvaluationError } from "../errors.js";
import type { Connection } from "./connection.js";
import { usageSchema } from "./usage.js";

/** Tokens of a text as a server sees them. */
export interface ScoredTokens {
  /** Texts, length n. */
  readonly tokens: readonly string[];
  /** ln p in nats, length n; null where there is none, as for the first. */
  readonly logprobs: readonly (number | null)[];
  readonly usage: z.infer<typeof usageSchema>;
}

/** One way to ask for the log-probabilities of a text. */
export interface Form {
  /** For errors. */
  readonly name: string;
  readonly by: "echo" | "prompt_logprobs";
  /** Fields of the request, besides model and prompt. */
  readonly fields: { readonly max_tokens: number } & Readonly<Record<string, unknown>>;
  /** @throws EvaluationError `target-unfit` where there are no log-probabilities of `text` in the answer */
  read(connection: Connection, json: unknown, text: string): ScoredTokens;
}

/**
 * In the order in which they are tried. One token to generate comes before none, for which llama-cpp-python
 * generates as many as it can.
 */
export const FORMS: readonly Form[] = [echoForm(1), echoForm(0), promptLogprobsForm()];

const echoSchema = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        text: z.string(),
        logprobs: z.looseObject({
          tokens: z.array(z.string()),
          token_logprobs: z.array(z.number().nullable()),
        }),
      }),
    )
    .min(1),
  usage: usageSchema,
});

function echoForm(maxTokens: 0 | 1): Form {
  return {
    name: `echo with max_tokens ${maxTokens}`,
    by: "echo",
    fields: { max_tokens: maxTokens, echo: true, logprobs: 1 },
    read(connection, json, text) {
      const { data } = echoSchema.safeParse(json);
      const choice = data?.choices[0];
      if (!choice) throw unfit(connection, "token_logprobs in its answer", json);
      const { tokens, token_logprobs } = choice.logprobs;
      if (tokens.length !== token_logprobs.length || !isEcho(choice.text, text, maxTokens)) {
        const expected = "the prompt alone, with a log-probability for each token";
        throw unfit(connection, expected, json);
      }
      const end = tokens.length - (maxTokens === 0 ? 0 : generatedIn(tokens, choice.text, data));
      return {
        tokens: tokens.slice(0, end),
        logprobs: token_logprobs.slice(0, end),
        usage: data?.usage,
      };
    },
  };
}

/**
 * How many of the tokens are generated ones. llama-cpp-python lists those of the prompt alone, OpenAI and vLLM
 * the generated one too; where texts do not tell (characters in several tokens) the counts do.
 */
function generatedIn(
  tokens: readonly string[],
  text: string,
  data: z.infer<typeof echoSchema> | undefined,
): number {
  const joined = tokens.join("");
  const counted = data?.usage?.completion_tokens ?? 1;
  if (joined.trimStart() === text.trimStart()) return counted;
  const promptTokens = data?.usage?.prompt_tokens;
  return text.trimStart().startsWith(joined.trimStart()) || tokens.length === promptTokens
    ? 0
    : counted;
}

/** Some servers take white space from the beginning, or from the end where nothing follows. */
function isEcho(answer: string, text: string, maxTokens: 0 | 1): boolean {
  if (maxTokens === 0) return answer.trim() === text.trim();
  return answer.trimStart().startsWith(text.trim());
}

const entrySchema = z.looseObject({ logprob: z.number(), decoded_token: z.string().nullish() });

const promptSchema = z.looseObject({
  choices: z
    .array(
      z.looseObject({ prompt_logprobs: z.array(z.record(z.string(), entrySchema).nullable()) }),
    )
    .min(1),
  usage: usageSchema,
});

function promptLogprobsForm(): Form {
  return {
    name: "prompt_logprobs",
    by: "prompt_logprobs",
    // 0 gives the prompt's token alone. With more, which one it is would lie in the order of the
    // object's keys, and those are numbers, which JavaScript sorts.
    fields: { max_tokens: 1, prompt_logprobs: 0 },
    read(connection, json) {
      const { data } = promptSchema.safeParse(json);
      const places = data?.choices[0].prompt_logprobs.map((place) => Object.values(place ?? {}));
      if (!places?.some(([entry]) => entry)) {
        throw unfit(connection, "prompt_logprobs in its answer", json);
      }
      if (places.some(({ length }) => length > 1)) {
        throw unfit(connection, "one entry for each token in prompt_logprobs", json);
      }
      return {
        tokens: places.map(([entry]) => entry?.decoded_token ?? ""),
        logprobs: places.map(([entry]) => entry?.logprob ?? null),
        usage: data?.usage,
      };
    },
  };
}

function unfit({ where, redact }: Connection, expected: string, found: unknown): EvaluationError {
  return new EvaluationError(
    "target-unfit",
    `Expected ${expected}, found ${redact(String(JSON.stringify(found))).slice(0, 120)} from ${where}.`,
  );
}
