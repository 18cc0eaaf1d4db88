/**
 * Parts of speech of English words, by `wink-nlp` and its model: optional peers, loaded on first use.
 *
 * @module
 */
import { LlmlinguaError } from "../errors.js";
import type { TaggedWord } from "./noun-phrases.js";

/** Words and signs of a sentence in order, white space left out. */
export type Tagger = (sentence: string) => TaggedWord[];

/** UTF-16 units after which a tagger is made anew: it remembers every rare word, about 400 bytes each. */
const MOST_READ = 2 ** 22;

let loading: Promise<Tagger> | undefined;

/** Loads the tagger, once: it takes a tenth of a second. */
export function loadTagger(): Promise<Tagger> {
  loading ??= importTagger().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function importTagger(): Promise<Tagger> {
  const [{ default: wink }, { default: model }] = await Promise.all([
    import("wink-nlp"),
    import("wink-eng-lite-web-model"),
  ]).catch(throwMissing);
  // The model's own metaCER doubles a string each time it is called; it serves custom entities alone.
  const metaCER = () => ({ machines: "", transformers: [] });
  const open = () => wink({ ...model, metaCER }, ["sbd", "pos"]);
  let { readDoc, its } = open();
  let read = 0;
  return (sentence) => {
    read += sentence.length;
    if (read > MOST_READ) {
      ({ readDoc, its } = open());
      read = sentence.length;
    }
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
