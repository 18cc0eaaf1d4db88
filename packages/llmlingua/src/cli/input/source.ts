/**
 * Command line → what is compressed, of whatever kind.
 *
 * @module
 */
import type { JsonRules, MessagesOptions, PromptInput } from "../../index.js";
import { UsageError } from "../errors.js";
import type { Io } from "../io.js";
import { fileName, filled, refuseTwice, sourcesOf } from "./files.js";
import type { InputValues } from "./form-flags.js";
import { readRules } from "./json-rules.js";
import { type Conversation, parseConversation } from "./messages.js";
import { partFiles, partText, readPrompt } from "./prompt.js";

export type Source =
  | { readonly kind: "prompt"; readonly prompt: string | PromptInput }
  | ({ readonly kind: "tagged"; readonly text: string } & Pick<
      PromptInput,
      "instruction" | "question"
    >)
  | {
      readonly kind: "json";
      /** Of the file, for remarks. */
      readonly name: string;
      readonly text: string;
      readonly rules: JsonRules;
    }
  | {
      readonly kind: "messages";
      readonly conversation: Conversation;
      readonly options: MessagesOptions;
    };

/** @throws UsageError for input that cannot be read, and for flags without the kind they are for */
export async function readSource(
  files: readonly string[],
  values: InputValues,
  io: Io,
): Promise<Source> {
  checkForms(values);
  if (values.tagged) {
    const path = onlyFile("--tagged", files, io);
    refuseTwice([path, ...partFiles(values)]);
    const instruction = await partText("instruction", values, io);
    const question = await partText("question", values, io);
    return { kind: "tagged", text: await filled(path, io), instruction, question };
  }
  if (values.jsonRules !== undefined) {
    const path = onlyFile("--json-rules", files, io);
    refuseTwice([path, values.jsonRules]);
    const rules = await readRules(values.jsonRules, io);
    return { kind: "json", name: fileName(path), text: await filled(path, io), rules };
  }
  if (values.messages) {
    const path = onlyFile("--messages", files, io);
    const conversation = parseConversation(await filled(path, io), fileName(path));
    return { kind: "messages", conversation, options: messagesOptions(values) };
  }
  return { kind: "prompt", prompt: await readPrompt(files, values, io) };
}

function onlyFile(flag: string, files: readonly string[], io: Io): string {
  const [path, ...others] = sourcesOf(files, [], io);
  if (others.length === 0) return path;
  throw new UsageError(`${flag} takes exactly one FILE, and there are ${files.length}.`);
}

function messagesOptions(values: InputValues): MessagesOptions {
  const { roleRate, keepLastUser, keepLast, keepCalls } = values;
  return {
    ...(roleRate && { roleRates: roleRate }),
    ...(keepLastUser !== undefined && { keepLastUser }),
    ...(keepLast !== undefined && { keepLast }),
    ...(keepCalls !== undefined && { keepCalls }),
  };
}

function checkForms({ messages, ...values }: InputValues): void {
  const ofMessages = {
    "--role-rate": values.roleRate,
    "--no-keep-last-user": values.keepLastUser,
    "--keep-last": values.keepLast,
    "--no-keep-calls": values.keepCalls,
  };
  if (messages) return;
  for (const [flag, value] of Object.entries(ofMessages)) {
    if (value !== undefined) throw new UsageError(`${flag} goes with --messages; add that.`);
  }
}
