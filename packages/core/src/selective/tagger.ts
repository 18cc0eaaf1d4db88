/**
 * Parts of speech of English words, by `wink-nlp` and its model: optional peers, loaded on first use.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import type { TaggedWord } from "./noun-phrases.js";

/** Words and signs of a sentence in order, white space left out. */
export type Tagger = (sentence: string) => TaggedWord[];

/**
 * A new tagger, for one text: it remembers words it has not seen before, about 400 bytes each, and may
 * cut a later `David's` otherwise for it. Takes about 0.1 s; the modules are loaded once.
 *
 * @throws LlmlinguaError `missing-dependency`
 */
export async function openTagger(): Promise<Tagger> {
  const [{ default: wink }, { default: model }] = await Promise.all([
    import("wink-nlp"),
    import("wink-eng-lite-web-model"),
  ]).catch(throwMissing);
  // The model's own metaCER doubles a string each time it is called; it serves custom entities alone.
  const metaCER = () => ({ machines: "", transformers: [] });
  const { readDoc, its } = wink({ ...model, metaCER }, ["sbd", "pos"]);
  return (sentence) => {
    const tokens = readDoc(sentence).tokens();
    const tags = tokens.out(its.pos) as string[];
    return (tokens.out() as string[]).map((text, index) => ({ text, tag: tags[index] }));
  };
}

function throwMissing(cause: unknown): never {
  throw new LlmlinguaError(
    "missing-dependency",
    'Finding English phrases needs the packages wink-nlp and wink-eng-lite-web-model. Install them: npm install wink-nlp wink-eng-lite-web-model. Or take words: phrases: "words".',
    { cause },
  );
}
