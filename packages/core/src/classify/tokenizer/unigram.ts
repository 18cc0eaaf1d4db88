/**
 * Unigram: the pieces of the highest total log-probability (Kudo, 2018), by Viterbi's way. Pure.
 *
 * Ties go to the piece found first, as in the Python `tokenizers`; neighbouring unknown characters are one piece.
 *
 * @module
 */
import { prefixIndexOf } from "./prefix-index.js";
import type { Subword, SubwordModel } from "./subwords.js";

/** Settings of a Unigram model, as in `tokenizer.json`. */
export interface UnigramSettings {
  /** Tokens by id. */
  readonly tokens: readonly string[];
  /** Log-probabilities by id. */
  readonly scores: readonly number[];
  readonly unknownId: number;
  /** Ids that plain text never becomes. */
  readonly special: ReadonlySet<number>;
}

/** How much worse than the worst piece an unknown character is. */
const UNKNOWN_PENALTY = 10;

/** Best way to each place: where its last piece begins and which it is. */
interface Lattice {
  readonly score: Float64Array;
  readonly from: Int32Array;
  readonly id: Int32Array;
}

/** A Unigram model; time is linear in a word's length. */
export function unigramModel(settings: UnigramSettings): SubwordModel {
  const { tokens, scores, unknownId, special } = settings;
  const index = prefixIndexOf(tokens);
  const unknownScore = scores.reduce((least, score) => Math.min(least, score), 0) - UNKNOWN_PENALTY;

  const extend = (lattice: Lattice, word: string, at: number, plain: boolean) => {
    const character = (word.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    let hasSingle = false;
    index.eachAt(word, at, (id, length) => {
      if (plain && special.has(id)) return;
      offer(lattice, at, at + length, id, scores[id]);
      hasSingle ||= length === character;
    });
    if (!hasSingle) offer(lattice, at, at + character, unknownId, unknownScore);
    return character;
  };

  return {
    tokens,
    unknownId,
    subwordsOf(word, plain) {
      const lattice: Lattice = {
        score: new Float64Array(word.length + 1),
        from: new Int32Array(word.length + 1).fill(-1),
        id: new Int32Array(word.length + 1),
      };
      for (let at = 0; at < word.length; ) at += extend(lattice, word, at, plain);
      return fuseUnknown(pathOf(lattice, word), word, unknownId);
    },
  };
}

function offer({ score, from, id }: Lattice, at: number, to: number, piece: number, gain: number) {
  const total = score[at] + gain;
  if (from[to] >= 0 && total <= score[to]) return;
  score[to] = total;
  from[to] = at;
  id[to] = piece;
}

function pathOf({ from, id }: Lattice, word: string): Subword[] {
  const path: Subword[] = [];
  for (let to = word.length; to > 0; to = from[to]) {
    path.push({ id: id[to], token: word.slice(from[to], to), from: from[to], to });
  }
  return path.reverse();
}

function fuseUnknown(path: readonly Subword[], word: string, unknownId: number): Subword[] {
  const fused: Subword[] = [];
  for (const piece of path) {
    const last = fused.at(-1);
    if (piece.id === unknownId && last?.id === unknownId) {
      fused[fused.length - 1] = {
        ...last,
        token: word.slice(last.from, piece.to),
        to: piece.to,
      };
    } else fused.push(piece);
  }
  return fused;
}
