/**
 * Which encoding an OpenAI model reads with, by the tables of `gpt-tokenizer`.
 *
 * @module
 */

/** What may follow a model's name without making it another model. */
const SUFFIXES = /(?:-(?:preview|latest|16k|32k|\d{4}-\d{2}-\d{2}|\d{4}))+$/;

/** A fine-tuned model: `ft:gpt-4o-2024-08-06:acme::abc`. */
const FINE_TUNED = /^ft:([^:]+)(?::.*)?$/;

/**
 * The encoding's name; undefined for a model that is not known. A dated name
 * (`gpt-4o-2099-01-01`, `-0613`), `-preview`, `-latest`, `-16k`, `-32k` or a fine-tuned one counts as the model
 * it belongs to.
 */
export async function encodingOfModel(name: string): Promise<string | undefined> {
  const [{ DEFAULT_ENCODING, modelToEncodingMap }, models] = await Promise.all([
    import("gpt-tokenizer/mapping"),
    import("gpt-tokenizer/models"),
  ]);
  const bare = name.replace(/^openai\//, "").replace(FINE_TUNED, "$1");
  const byModel = new Map<string, string>(Object.entries(modelToEncodingMap));
  const known = [bare, bare.replace(SUFFIXES, "")].find(
    (model) => byModel.has(model) || Object.hasOwn(models, model),
  );
  return known === undefined ? undefined : (byModel.get(known) ?? DEFAULT_ENCODING);
}
