/**
 * Methods that are a call of the library.
 *
 * @module
 */

import { compressPrompt, type ReferenceSettings, referenceModel } from "@llmlingua/core/compat";
import type { ChatMessage, CompressOptions, MessagesOptions } from "llmlingua";
import { EvaluationError } from "../errors.js";
import { promptOfGroup } from "./body.js";
import { atMost, nearest } from "./fit.js";
import type { Work } from "./types.js";

/** Options of a call but its size. */
export type Options = Omit<CompressOptions, "rate" | "targetToken" | "signal">;

/** The same of `compressMessages`. */
export type MessageOptions = Options & Pick<MessagesOptions, "keepCalls">;

/** Ranks that read the question. */
const BY_QUESTION: readonly unknown[] = [
  "question",
  "question-sentence",
  "question-document",
  "bm25",
  "gzip",
];

/** A call of `compress` at or just below the size. */
export async function byOptions(work: Work, options: Options): Promise<string | undefined> {
  if (options.preset === "microsoft") return byReference(work, options);
  return atMost(work, (own, target) => compressed(own, options, target), {
    firstTarget: (own) => firstTarget(own, options),
    inSteps: options.tokenLevel === false,
  });
}

/**
 * A call of `compressMessages`, the system prompt compressed with the others, so that it can be compared
 * with methods that see no roles.
 */
export async function byMessages(work: Work, options: MessageOptions): Promise<string | undefined> {
  const { chat, question = "" } = work.group;
  if (chat === undefined)
    throw new EvaluationError("invalid-option", `The group ${work.group.id} is no conversation.`);
  const compressTo = async ({ compressor, signal }: Work, targetToken: number) => {
    const given = { ...options, targetToken, signal, roleRates: { system: undefined } };
    const { messages } = await compressor.compressMessages(chat.messages as ChatMessage[], given);
    return chat.textOfHistory(messages);
  };
  const firstTarget = ({ size, count }: Work) => size + count(question);
  return atMost(work, compressTo, { firstTarget, inSteps: true });
}

/** Preset microsoft, given the question with its labels, as the reference's own examples do. */
function byReference(work: Work, options: Options): Promise<string | undefined> {
  const { group } = work;
  const question = group.asks ? group.items[0].suffix.trim() : group.question;
  const asked = { ...work, group: { ...group, question } };
  return nearest(asked, (own, target) => compressed(own, options, target));
}

/** The reference with parameters that the preset does not have, without a question. */
export function byReferenceCall(
  work: Work,
  settings: Partial<ReferenceSettings>,
): Promise<string | undefined> {
  return nearest(work, async ({ group, scorer, counter }, targetToken) => {
    const { contexts, instruction } = group;
    const call = { context: contexts, instruction, targetToken, ...settings };
    const model = referenceModel(scorer, counter);
    return (await compressPrompt(model, call)).compressedPrompt.trimEnd();
  });
}

async function compressed(work: Work, options: Options, targetToken: number): Promise<string> {
  const { group, compressor, signal } = work;
  const asks = asksWith(work, options);
  const given = { ...options, targetToken, signal };
  const { text } = await compressor.compress(promptOfGroup(group, asks), given);
  if (!asks || group.question === undefined) return text.trimEnd();
  const at = text.lastIndexOf(group.question);
  if (at < 0) {
    throw new EvaluationError(
      "invalid-option",
      `The options of a method compressed the question of ${group.id}; it must stay verbatim: give questionRate 1.`,
    );
  }
  return text.slice(0, at).trimEnd();
}

/** The library's target counts what it sees: the question bare, where the size counts it with its label. */
function firstTarget(work: Work, options: Options): number {
  const { group, size, measure, count } = work;
  if (!asksWith(work, options)) return size;
  const bare = count(`${group.instruction}\n\n${group.question}`);
  return size - measure(group.instruction) + bare;
}

function asksWith({ group }: Work, { method, rank }: Options): boolean {
  if (group.question === undefined) return false;
  return group.asks || method === "longllmlingua" || BY_QUESTION.includes(rank);
}
