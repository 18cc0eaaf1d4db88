/**
 * `scorer.json`: what a model folder says about its graph, its limits and its files.
 *
 * @module
 */
import { z } from "zod";
import { LlmlinguaError } from "../../errors.js";

const count = z.int().positive();

const manifestSchema = z.looseObject({
  format: z.literal("llmlingua-scorer/1"),
  name: z.string().min(1),
  /** Path of the ONNX graph, relative to the folder. */
  graph: z.string().min(1),
  /** Path of the `tokenizer.json`, relative to the folder. */
  tokenizer: z.string().min(1),
  maxTokens: count,
  layers: count,
  kvHeads: count,
  headSize: count,
  vocabularySize: count,
  startToken: z.int().nonnegative().optional(),
  files: z.array(
    z.looseObject({
      path: z.string().min(1),
      bytes: z.int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/i),
    }),
  ),
});

/** A checked `scorer.json`; keys it does not know pass through. */
export type ScorerManifest = z.infer<typeof manifestSchema>;

/** One file of a model folder with its size in bytes and SHA-256 in hex. */
export type ManifestFile = ScorerManifest["files"][number];

/**
 * Checks the text of a `scorer.json`.
 *
 * @param path - named in errors
 * @throws LlmlinguaError `damaged-model`, naming the field
 */
export function parseManifest(text: string, path: string): ScorerManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw damaged(`${path} is not JSON`, cause);
  }
  const result = manifestSchema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue.path.length === 0 ? "" : `, field ${issue.path.join(".")}`;
  throw damaged(`${path}${field}: ${issue.message}`, result.error);
}

function damaged(what: string, cause: unknown): LlmlinguaError {
  return new LlmlinguaError(
    "damaged-model",
    `${what}. Reinstall the package that holds the model.`,
    { cause },
  );
}
