/**
 * A response, and the compression it is an answer to.
 *
 * @module
 */
import { z } from "zod";
import type { RecoverInput } from "../../index.js";
import { UsageError } from "../errors.js";
import type { Io } from "../io.js";
import { visibleLine } from "../visible.js";
import { fileName, refuseTwice, sourcesOf } from "./files.js";
import { parseJson } from "./json.js";
import { readText } from "./read.js";

const offset = z.int().nonnegative();

/** What is read of a result; it holds more. */
const resultSchema = z.looseObject({
  original: z.string(),
  text: z.string(),
  spans: z.array(z.tuple([offset, offset])),
});

const SHAPE = "Give what llmlingua compress --json printed.";

/** @throws UsageError for files that cannot be read or hold something else */
export async function readRecovery(
  response: string | undefined,
  result: string,
  io: Io,
): Promise<RecoverInput> {
  const [path] = sourcesOf(response === undefined ? [] : [response], [], io);
  refuseTwice([path, result]);
  const name = fileName(result);
  const parsed = resultSchema.safeParse(parseJson(await readText(result, io), name, SHAPE));
  if (!parsed.success) {
    const { path: place, message } = parsed.error.issues[0];
    const where = place.length > 0 ? `${place.join(".")}: ` : "";
    throw new UsageError(
      `${name} is not a compressed prompt: ${visibleLine(where + message)}. ${SHAPE}`,
    );
  }
  const { original, text, spans } = parsed.data;
  return { original, compressed: { text, spans }, response: await readText(path, io) };
}
