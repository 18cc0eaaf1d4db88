/**
 * A cache of how words were split, for `@huggingface/tokenizers`.
 *
 * Its own cache moves an entry to the end on every read, by deleting and setting it again. A `Map`
 * walks over what was deleted until it is rebuilt, so a text of one word repeated (200,000 digits)
 * costs 50 µs a token. This one keeps two generations and moves nothing.
 *
 * @module
 */
/** Words a generation holds. */
const GENERATION = 8192;

/** Gives a BPE model the cache; models of other kinds have none. */
export function useRecentWords(model: object | null): void {
  if (model !== null && "cache" in model) model.cache = recentWords();
}

function recentWords() {
  let young = new Map<string, string[]>();
  let old = new Map<string, string[]>();
  const put = (word: string, tokens: string[]) => {
    if (young.size >= GENERATION) {
      old = young;
      young = new Map();
    }
    young.set(word, tokens);
  };
  return {
    put,
    get(word: string) {
      const tokens = young.get(word);
      if (tokens !== undefined) return tokens;
      const older = old.get(word);
      if (older !== undefined) put(word, older);
      return older;
    },
    clear() {
      young = new Map();
      old = new Map();
    },
  };
}
