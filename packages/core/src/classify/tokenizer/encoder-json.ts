/**
 * What the `tokenizer.json` of an encoder says, checked and turned into its parts. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import type { AddedToken } from "./added-tokens.js";
import { type Decoder, decoderOf } from "./decoder.js";
import { isObject, type JsonObject, unsupported } from "./json.js";
import type { Rewrite } from "./mapped-text.js";
import { rewriteOf } from "./rewrites.js";
import type { SubwordModel } from "./subwords.js";
import type { EncoderTokens } from "./types.js";
import { unigramModel } from "./unigram.js";
import { wordPieceModel } from "./wordpiece.js";
import { type WordCutter, wordCutterOf } from "./words.js";

/** The parts of an encoder's tokenizer. */
export interface EncoderJson {
  readonly family: "bert" | "xlm-roberta";
  readonly rewrite: Rewrite;
  readonly cut: WordCutter;
  /** Whether ideographs are words of their own. */
  readonly cutsIdeographs: boolean;
  readonly model: SubwordModel;
  readonly join: Decoder;
  readonly addedTokens: readonly AddedToken[];
  readonly encoderTokens: EncoderTokens;
  readonly specialTokens: ReadonlySet<string>;
}

/** Special tokens by their key in `tokenizer_config.json`. */
const SPECIAL = {
  bert: {
    cls_token: "[CLS]",
    sep_token: "[SEP]",
    unk_token: "[UNK]",
    pad_token: "[PAD]",
    mask_token: "[MASK]",
  },
  "xlm-roberta": {
    cls_token: "<s>",
    sep_token: "</s>",
    unk_token: "<unk>",
    pad_token: "<pad>",
    mask_token: "<mask>",
  },
} as const;

/** Reads the two parsed files; see `pieceTokenizerFromJson`. */
export function readEncoderJson(json: unknown, config: unknown, name: string): EncoderJson {
  if (!isObject(json) || !isObject(json.model) || json.model.vocab === undefined) {
    throw new LlmlinguaError(
      "unknown-tokenizer",
      `${name} is not a tokenizer.json: it has no "model" with a "vocab". Pass the parsed JSON of a Hugging Face tokenizer.json.`,
    );
  }
  const settings = isObject(config) ? config : {};
  const addedTokens = addedTokensOf(json.added_tokens);
  const special = new Set(addedTokens.filter((token) => token.special).map(({ id }) => id));
  const family = familyOf(json.model);
  const normalizer = withCaseSettings(json.normalizer, settings);
  const model = family === "bert" ? wordPieceOf(json.model) : unigramOf(json.model, special);
  const names = Object.fromEntries(
    Object.entries(SPECIAL[family]).map(([key, usual]) => [key, nameOf(settings[key]) ?? usual]),
  );
  return {
    family,
    rewrite: rewriteOf(normalizer),
    cut: wordCutterOf(json.pre_tokenizer),
    cutsIdeographs:
      isObject(normalizer) &&
      normalizer.type === "BertNormalizer" &&
      normalizer.handle_chinese_chars !== false,
    model,
    join: decoderOf(json.decoder),
    addedTokens,
    encoderTokens: encoderTokensOf(names, model, addedTokens, name),
    specialTokens: new Set(Object.values(names)),
  };
}

/** A model type may be left out in old files; a Unigram's vocabulary is a list. */
function familyOf(model: JsonObject): "bert" | "xlm-roberta" {
  if (model.type === "WordPiece") return "bert";
  if (model.type === "Unigram") return "xlm-roberta";
  if (model.type !== undefined) throw unsupported("model", model.type);
  return Array.isArray(model.vocab) ? "xlm-roberta" : "bert";
}

function wordPieceOf({ vocab, ...model }: JsonObject): SubwordModel {
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(isObject(vocab) ? vocab : {}))
    tokens[Number(id)] = token;
  return wordPieceModel({
    tokens: Array.from(tokens, (token) => token ?? ""),
    unknown: String(model.unk_token ?? "[UNK]"),
    prefix: String(model.continuing_subword_prefix ?? "##"),
    longestWord: Number(model.max_input_chars_per_word ?? 100),
  });
}

function unigramOf({ vocab, ...model }: JsonObject, special: ReadonlySet<number>): SubwordModel {
  if (model.byte_fallback === true) throw unsupported("model", "Unigram with byte fallback");
  const entries = (Array.isArray(vocab) ? vocab : []) as readonly (readonly [unknown, unknown])[];
  return unigramModel({
    tokens: entries.map(([token]) => String(token)),
    scores: entries.map(([, score]) => Number(score)),
    unknownId: Number(model.unk_id ?? 0),
    special,
  });
}

function addedTokensOf(json: unknown): AddedToken[] {
  if (!Array.isArray(json)) return [];
  return json.filter(isObject).map((token) => ({
    id: Number(token.id),
    content: String(token.content),
    special: token.special === true,
    lstrip: token.lstrip === true,
    rstrip: token.rstrip === true,
    singleWord: token.single_word === true,
  }));
}

/** As in Python, what `tokenizer_config.json` says about case and accents wins over the normalizer. */
function withCaseSettings(normalizer: unknown, config: JsonObject): unknown {
  if (!isObject(normalizer) || normalizer.type !== "BertNormalizer") return normalizer;
  const { do_lower_case, strip_accents, tokenize_chinese_chars } = config;
  return {
    ...normalizer,
    ...(typeof do_lower_case === "boolean" && { lowercase: do_lower_case }),
    ...(typeof strip_accents === "boolean" && { strip_accents }),
    ...(typeof tokenize_chinese_chars === "boolean" && {
      handle_chinese_chars: tokenize_chinese_chars,
    }),
  };
}

function encoderTokensOf(
  names: { readonly [key: string]: string },
  model: SubwordModel,
  added: readonly AddedToken[],
  name: string,
): EncoderTokens {
  const idOf = (key: string) => {
    const token = names[key];
    const id = added.find(({ content }) => content === token)?.id ?? model.tokens.indexOf(token);
    if (id >= 0) return id;
    throw new LlmlinguaError(
      "damaged-model",
      `The tokenizer of ${name} has no token ${token}, which its ${key} should be. Fetch tokenizer.json and tokenizer_config.json again.`,
    );
  };
  return {
    start: idOf("cls_token"),
    end: idOf("sep_token"),
    unknown: idOf("unk_token"),
    padding: idOf("pad_token"),
  };
}

/** Special tokens are given by name or as an object with their content. */
function nameOf(token: unknown): string | undefined {
  if (isObject(token)) return typeof token.content === "string" ? token.content : undefined;
  return typeof token === "string" ? token : undefined;
}
