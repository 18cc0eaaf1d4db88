/**
 * A prompt as a JSON file: validated here, once, into the library's own type.
 *
 * @module
 */
import { z } from "zod";
import type { PromptInput } from "../../index.js";
import { UsageError } from "../errors.js";
import { visibleLine } from "../visible.js";
import { parseJson } from "./json.js";

const contexts = z.union([z.string(), z.array(z.string())]).optional();
const promptSchema = z.strictObject({
  instruction: z.string().optional(),
  contexts,
  demonstrations: contexts,
  documents: contexts,
  context: contexts,
  question: z.string().optional(),
});

/** The names `contexts` goes by, in order of preference. */
const CONTEXT_KEYS = ["contexts", "demonstrations", "documents", "context"] as const;

/** Throws UsageError when `json` is not JSON or not a prompt; `name` is the file's. */
export function parsePromptJson(json: string, name: string): PromptInput {
  const parsed = promptSchema.safeParse(parseJson(json, name, AS_TEXT));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message, code }) => {
      const where = path.length > 0 ? `${path.join(".")}: ` : "";
      return (
        where + (code === "invalid_union" ? "expected a string or an array of strings" : message)
      );
    });
    throw new UsageError(
      `${name} is not a prompt object: ${visibleLine(problems.join("; "))}. ${SHAPE}`,
    );
  }
  const given = CONTEXT_KEYS.filter((key) => parsed.data[key] !== undefined);
  if (given.length > 1) {
    throw new UsageError(`${name} has both ${given.join(" and ")}; they mean the same, give one.`);
  }
  const { instruction, question } = parsed.data;
  return { instruction, contexts: given[0] && parsed.data[given[0]], question };
}

const SHAPE =
  "Expected {instruction?: string, contexts?: string | string[], question?: string}; " +
  "--format text takes the file as plain text.";

const AS_TEXT = "--format text takes it as plain text.";
