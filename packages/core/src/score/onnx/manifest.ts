/**
 * `scorer.json`: what a model folder says about its graph, its limits and its files.
 *
 * @module
 */
import { z } from "zod";
import { LlmlinguaError } from "../../errors.js";

const count = z.int().positive();

/** Inside the folder on every system: no `..`, no root, no drive, no backslash. */
const path = z
  .string()
  .min(1)
  .refine(
    (value) => !/^\/|^[a-z]:|[\\\0]|(?:^|\/)\.\.(?:\/|$)/i.test(value),
    "it must be a relative path inside the folder, with / between names",
  );

const manifestSchema = z.looseObject({
  format: z.literal("llmlingua-scorer/1"),
  name: z.string().min(1),
  /** Path of the ONNX graph, relative to the folder. */
  graph: path,
  /** Path of the `tokenizer.json`, relative to the folder. */
  tokenizer: path,
  /** Path of a safetensors file with tensors that the graph takes as inputs, relative to the folder. */
  adapter: path.optional(),
  maxTokens: count,
  layers: count,
  kvHeads: count,
  headSize: count,
  vocabularySize: count,
  startToken: z.int().nonnegative().optional(),
  /** Every file that is read, also the weights that the graph refers to. */
  files: z
    .array(
      z.looseObject({
        path,
        bytes: z.int().nonnegative(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/i),
      }),
    )
    .min(1),
});

/** What is read must be listed, or its checksum would not be looked at. */
const consistentSchema = manifestSchema.superRefine(({ files, ...manifest }, { addIssue }) => {
  const listed = new Set(files.map((file) => file.path));
  for (const field of ["graph", "tokenizer", "adapter"] as const) {
    const file = manifest[field];
    if (file === undefined || listed.has(file)) continue;
    const message = `${JSON.stringify(file)} is not listed in files`;
    addIssue({ code: "custom", path: [field], message });
  }
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
  const result = consistentSchema.safeParse(json);
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
