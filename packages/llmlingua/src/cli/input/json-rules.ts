/**
 * `--json-rules`: a file of rules, or the rules themselves.
 *
 * @module
 */
import type { JsonRules } from "../../index.js";
import { UsageError } from "../errors.js";
import type { Io } from "../io.js";
import { fileName } from "./files.js";
import { parseJson } from "./json.js";
import { readText } from "./read.js";

const SHAPE =
  'Expected paths with what happens there: {"description": {"rate": 0.3}, "sku": {"compress": false}}.';

/** Looks at the outermost braces alone: the library says what is wrong with a rule. */
export async function readRules(given: string, io: Io): Promise<JsonRules> {
  const isInline = given.trimStart().startsWith("{");
  const name = isInline ? "--json-rules" : fileName(given);
  const rules = parseJson(isInline ? given : await readText(given, io), name, SHAPE);
  if (typeof rules === "object" && rules !== null && !Array.isArray(rules)) {
    return rules as JsonRules;
  }
  throw new UsageError(`${name} holds no rules: it is no object. ${SHAPE}`);
}
