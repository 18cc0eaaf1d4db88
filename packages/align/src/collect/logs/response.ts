/**
 * The answer in a logged response. Pure.
 *
 * | response                                                    | whose                          |
 * | ----------------------------------------------------------- | ------------------------------ |
 * | `{"choices": [{"message": {"content"}, "finish_reason"}]}`  | OpenAI chat; the first choice  |
 * | `{"choices": [{"text", "finish_reason"}]}`                  | OpenAI completions             |
 * | `{"content": [{"type": "text", "text"}], "stop_reason"}`    | Anthropic messages             |
 * | `{"completion", "stop_reason"}`                             | Anthropic's former completions |
 * | `{"output": [{"type": "message", "content"}], "status"}`    | OpenAI responses               |
 * | `{"message": {"role", "content"}, "done_reason"}`           | Ollama                         |
 * | `{"status_code", "body": {…}}`, `{"type": "succeeded", …}`  | batches                        |
 * | a text                                                      | loggers of `output`            |
 *
 * @module
 */
import { contentText, messageOf } from "./content.js";
import { type Fields, fieldsOf, firstOf, isSkip, type Skip, textOr, unpacked } from "./values.js";

export interface Response {
  /** Not empty. */
  readonly answer: string;
  readonly finished?: boolean;
  readonly model?: string;
}

const INNER = ["body", "response", "result", "data", "json"];
const FAILED = new Set(["errored", "canceled", "cancelled", "expired", "failed", "error"]);
const DEEPEST = 4;

const ENDED = new Set(["stop", "eos", "end_turn", "stop_sequence", "completed", "eos_token"]);

/** What was answered, or why it cannot be used. */
export function responseOf(given: unknown, depth = 0): Response | Skip {
  const value = unpacked(given);
  if (typeof value === "string") return answered(value, undefined, {});
  if (Array.isArray(value)) return outputOf(value, {});
  const fields = fieldsOf(value);
  if (fields === undefined) return "no answer";
  if (hasFailed(fields)) return "the request failed";
  const found = ofProvider(fields);
  if (found !== undefined) return found;
  const inner = firstOf(fields, INNER);
  if (inner === undefined || depth === DEEPEST) return "no answer";
  return responseOf(inner.value, depth + 1);
}

function hasFailed({ error, type, status, status_code }: Fields): boolean {
  if (error !== undefined && error !== null && error !== false) return true;
  if ([type, status].some((one) => FAILED.has(textOr(one) ?? ""))) return true;
  return typeof status_code === "number" && status_code >= 400;
}

function ofProvider(fields: Fields): Response | Skip | undefined {
  const { choices, content, completion, output, message } = fields;
  if (Array.isArray(choices)) return choiceOf(fieldsOf(choices[0]), fields);
  if (fieldsOf(message) !== undefined) {
    const reason = fields.done_reason ?? fieldsOf(message)?.stop_reason ?? fields.finish_reason;
    return ofMessage(fieldsOf(message) ?? {}, reason, { ...fieldsOf(message), ...fields });
  }
  if (content !== undefined) {
    return ofMessage(
      { role: "assistant", ...fields },
      fields.stop_reason ?? fields.finish_reason,
      fields,
    );
  }
  if (typeof completion === "string") return answered(completion, fields.stop_reason, fields);
  if (Array.isArray(output)) return outputOf(output, fields);
  const text = firstOf(fields, ["output_text", "text", "answer"]);
  return typeof text?.value === "string"
    ? answered(text.value, fields.finish_reason, fields)
    : undefined;
}

function choiceOf(choice: Fields | undefined, fields: Fields): Response | Skip {
  if (choice === undefined) return "no answer";
  const { message, text, finish_reason } = choice;
  if (fieldsOf(message) === undefined) {
    return typeof text === "string" ? answered(text, finish_reason, fields) : "no answer";
  }
  return ofMessage({ role: "assistant", ...fieldsOf(message) }, finish_reason, fields);
}

function ofMessage(message: Fields, reason: unknown, fields: Fields): Response | Skip {
  if (reason === "refusal" || reason === "content_filter") return "a refusal";
  const said = messageOf({ ...message, type: undefined });
  if (isSkip(said)) return said;
  return said.role === "assistant" ? answered(said.content, reason, fields) : "no answer";
}

/** Items of OpenAI's responses: messages, calls, reasoning. */
function outputOf(items: readonly unknown[], fields: Fields): Response | Skip {
  let text = "";
  for (const item of items) {
    const type = textOr(fieldsOf(item)?.type) ?? "message";
    if (type === "reasoning") continue;
    const said = type === "message" ? contentText(fieldsOf(item)?.content) : "tool calls";
    if (isSkip(said)) return said;
    text += said.text;
  }
  return answered(text, fields.status, fields);
}

function answered(text: string, reason: unknown, { model }: Fields): Response | Skip {
  if (text.trim() === "") return "empty answer";
  const name = textOr(model);
  return {
    answer: text,
    ...(typeof reason === "string" && { finished: ENDED.has(reason.toLowerCase()) }),
    ...(name !== undefined && { model: name }),
  };
}
