/**
 * Where a model wants its special tokens: the post-processor of a `tokenizer.json`. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";

/** One text or a pair, ready for the model; both arrays have one entry a token. */
export interface EncoderRow {
  readonly ids: readonly number[];
  /** 0 for the first text, 1 for the second where the model tells them apart. */
  readonly typeIds: readonly number[];
}

/** Puts tokens of texts and special tokens together. */
export interface SpecialTokens {
  /** Ids of the special tokens around one text. */
  readonly ids: ReadonlySet<number>;
  /** Special tokens around one text. */
  readonly single: number;
  /** Special tokens around a pair. */
  readonly pair: number;
  assemble(first: readonly number[], second?: readonly number[]): EncoderRow;
}

/** Special tokens, or the place of the first (A) or second (B) text. */
type Piece =
  | { readonly ids: readonly number[]; readonly type: number }
  | { readonly text: "A" | "B"; readonly type: number };

interface Templates {
  readonly single: readonly Piece[];
  readonly pair: readonly Piece[];
}

const NO_SPECIALS: Templates = {
  single: [{ text: "A", type: 0 }],
  pair: [
    { text: "A", type: 0 },
    { text: "B", type: 1 },
  ],
};

/**
 * Reads a `post_processor`: template, BERT, RoBERTa, a sequence of them, or none.
 *
 * @throws LlmlinguaError `unknown-tokenizer`
 */
export function specialTokensOf(postProcessor: unknown, name: string): SpecialTokens {
  const { single, pair } = templatesOf(postProcessor, name) ?? NO_SPECIALS;
  return {
    ids: new Set(single.flatMap((piece) => ("ids" in piece ? piece.ids : []))),
    single: countSpecials(single),
    pair: countSpecials(pair),
    assemble(first, second) {
      const ids: number[] = [];
      const typeIds: number[] = [];
      for (const piece of second === undefined ? single : pair) {
        const part = "ids" in piece ? piece.ids : piece.text === "A" ? first : (second ?? []);
        for (const id of part) {
          ids.push(id);
          typeIds.push(piece.type);
        }
      }
      return { ids, typeIds };
    },
  };
}

function countSpecials(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + ("ids" in piece ? piece.ids.length : 0), 0);
}

// biome-ignore lint/suspicious/noExplicitAny: a file's JSON; whatever is not as expected throws below
function templatesOf(json: any, name: string): Templates | undefined {
  try {
    switch (json?.type) {
      case undefined:
      case "ByteLevel":
        return undefined;
      case "Sequence": {
        const parts = json.processors.map((part: unknown) => templatesOf(part, name));
        return parts.find((part: Templates | undefined) => part !== undefined);
      }
      case "TemplateProcessing":
        return {
          single: json.single.map((piece: unknown) => templatePiece(piece, json.special_tokens)),
          pair: json.pair.map((piece: unknown) => templatePiece(piece, json.special_tokens)),
        };
      case "BertProcessing":
        return around(json.cls[1], json.sep[1], [json.sep[1]], 1);
      case "RobertaProcessing":
        return around(json.cls[1], json.sep[1], [json.sep[1], json.sep[1]], 0);
      default:
        throw new Error(`its type is ${String(json.type)}`);
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LlmlinguaError(
      "unknown-tokenizer",
      `Cannot read the post_processor of ${name}: ${reason}. Expected TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel or a Sequence of them.`,
      { cause },
    );
  }
}

// biome-ignore lint/suspicious/noExplicitAny: as above
function templatePiece(piece: any, specials: any): Piece {
  if (piece.Sequence !== undefined) {
    return { text: piece.Sequence.id === "A" ? "A" : "B", type: Number(piece.Sequence.type_id) };
  }
  const { id, type_id } = piece.SpecialToken;
  return { ids: specials[id].ids.map(Number), type: Number(type_id) };
}

function around(cls: number, sep: number, between: readonly number[], second: number): Templates {
  const first: Piece[] = [
    { ids: [cls], type: 0 },
    { text: "A", type: 0 },
  ];
  return {
    single: [...first, { ids: [sep], type: 0 }],
    pair: [
      ...first,
      { ids: between, type: 0 },
      { text: "B", type: second },
      { ids: [sep], type: second },
    ],
  };
}
