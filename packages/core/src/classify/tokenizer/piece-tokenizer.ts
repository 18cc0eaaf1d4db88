/**
 * An encoder's tokenizer from its `tokenizer.json`, with exact offsets into the source.
 *
 * Ids equal those of the Python `tokenizers`; `@huggingface/tokenizers` gives no offsets and only
 * approximates SentencePiece's normalisation. No dependency.
 *
 * @module
 */
import { type AddedToken, type Section, sectionFinder } from "./added-tokens.js";
import { blocksOf } from "./blocks.js";
import { type EncoderJson, readEncoderJson } from "./encoder-json.js";
import { mappedSlice } from "./mapped-text.js";
import { PieceCollector } from "./piece-collector.js";
import type { EncodeOptions, PieceText, PieceTokenizer } from "./types.js";

/** Words cut between two pauses. */
const STEP_WORDS = 512;

/**
 * A tokenizer from the parsed JSON of a `tokenizer.json` (WordPiece or Unigram).
 *
 * @param config - the parsed `tokenizer_config.json`, whose case settings win; absent: those of `json`
 * @throws LlmlinguaError `unknown-tokenizer` naming the part that cannot be read, `damaged-model`
 */
export function pieceTokenizerFromJson(
  json: unknown,
  name: string,
  config?: unknown,
): PieceTokenizer {
  return tokenizerOf(readEncoderJson(json, config, name), name, []);
}

function tokenizerOf(
  encoder: EncoderJson,
  name: string,
  extra: readonly AddedToken[],
): PieceTokenizer {
  const { model, family, encoderTokens, specialTokens } = encoder;
  const all = [...encoder.addedTokens, ...extra];
  const ids = new Map(model.tokens.map((token, id) => [token, id]));
  for (const { content, id } of all) ids.set(content, id);
  const findSpecial = sectionFinder(all);
  const findPlain = sectionFinder(all.filter((token) => !token.special));

  const encodeSteps = (text: string, { special = false }: EncodeOptions = {}) =>
    stepsOf(encoder, text, special ? findSpecial(text) : findPlain(text), !special);

  return {
    name,
    family,
    size: encoder.addedTokens.reduce((most, { id }) => Math.max(most, id + 1), model.tokens.length),
    encoderTokens,
    specialTokens,
    encodeSteps,
    encode(text, options) {
      const steps = encodeSteps(text, options);
      for (;;) {
        const step = steps.next();
        if (step.done) return step.value;
      }
    },
    idOf: (token) => ids.get(token),
    join: encoder.join,
    withTokens: (tokens) => tokenizerOf(encoder, name, [...extra, ...tokens]),
  };
}

function* stepsOf(
  { rewrite, cut, model, cutsIdeographs }: EncoderJson,
  text: string,
  sections: readonly Section[],
  plain: boolean,
): Generator<void, PieceText> {
  const pieces = new PieceCollector();
  let count = 0;
  for (const { from, to, token } of sections) {
    // Named by what stands there, white space that it takes with it included, as in Python.
    if (token !== undefined) pieces.add(token.id, text.slice(from, to), from, to);
    else {
      for (const [blockFrom, blockTo] of blocksOf(text, from, to, cutsIdeographs)) {
        const rewritten = rewrite(mappedSlice(text, blockFrom, blockTo));
        yield;
        for (const word of cut(rewritten, blockFrom === 0)) {
          pieces.addWord(word, model.subwordsOf(word.text, plain));
          if (++count % STEP_WORDS === 0) yield;
        }
      }
    }
  }
  return pieces.build(text);
}
