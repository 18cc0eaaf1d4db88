/**
 * Reads what a server generated: loose in form, strict in what is used. Pure.
 *
 * @module
 */
import { z } from "zod";
import { EvaluationError } from "../errors.js";
import type { Connection } from "./connection.js";
import type { Answer, GenerateOptions } from "./types.js";
import { usageOf, usageSchema } from "./usage.js";

/** What was asked, as far as reading the answer needs it. */
export interface Asked extends Pick<GenerateOptions, "maxNewTokens" | "stop"> {
  /** All texts of the prompt. */
  readonly prompt: string;
  /** Tokens of a text, where the server does not say. */
  count(text: string): number;
}

const choiceSchema = z.looseObject({
  text: z.unknown().optional(),
  message: z.looseObject({ content: z.unknown().optional() }).nullish(),
  finish_reason: z.string().nullish().catch(undefined),
});

const answerSchema = z.looseObject({
  choices: z.array(choiceSchema).min(1),
  usage: usageSchema,
});

const partsSchema = z.array(z.looseObject({ text: z.string() }));

/** Ends that are the model's own. */
const ENDED = new Set(["stop", "eos", "eos_token", "stop_sequence", "end_turn"]);

/**
 * The answer in `json`, cut before the first stop text. An empty text is an answer, none is not.
 *
 * @throws EvaluationError `target-failed`, saying what came
 */
export function answerOf(connection: Connection, json: unknown, asked: Asked): Omit<Answer, "ms"> {
  const { success, data } = answerSchema.safeParse(json);
  if (!success) throw wrongAnswer(connection, "choices", json);
  const [choice] = data.choices;
  const full = textOf(choice.message ? choice.message.content : choice.text);
  if (full === undefined) throw wrongAnswer(connection, "a text in the first choice", choice);
  const text = cutAtStop(full, asked.stop);
  const usage = usageOf(data.usage, {
    prompt: () => asked.count(asked.prompt),
    completion: () => asked.count(full),
  });
  const reason = choice.finish_reason?.toLowerCase();
  const ended =
    reason === undefined ? usage.completionTokens < asked.maxNewTokens : ENDED.has(reason);
  return { text, finished: ended || text.length < full.length, usage };
}

/** `text` up to the first place where a stop text begins; empty stop texts stop nothing. */
export function cutAtStop(text: string, stop: readonly string[]): string {
  const places = stop.filter((end) => end !== "").map((end) => text.indexOf(end));
  return text.slice(0, Math.min(text.length, ...places.filter((place) => place >= 0)));
}

/** The error of an answer that cannot be used. */
export function wrongAnswer(
  connection: Connection,
  expected: string,
  found: unknown,
): EvaluationError {
  const quoted = connection.redact(String(JSON.stringify(found)));
  return new EvaluationError(
    "target-failed",
    `The answer of ${connection.where} cannot be used: expected ${expected}, found ${quoted}. Check the model's name and whether it wants the API "completions" or "chat"; a model that thinks first needs more new tokens.`,
  );
}

/** Chat content is a text, or a list of parts with texts. */
function textOf(content: unknown): string | undefined {
  if (typeof content === "string") return content;
  const { data } = partsSchema.safeParse(content);
  return data?.map(({ text }) => text).join("");
}
