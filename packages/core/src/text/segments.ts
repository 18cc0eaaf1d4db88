/**
 * The platform's Unicode segmentation of a text of any length. Pure.
 *
 * `Intl.Segmenter` copies its whole input into every segment it gives, so a long text is read
 * through a small window that moves on from boundary to boundary.
 *
 * @module
 */

/** What the platform cuts text into. */
export type Granularity = "grapheme" | "word" | "sentence";

export interface Segment {
  /** UTF-16 offset where it starts. */
  readonly start: number;
  readonly text: string;
  /** Letters, digits or ideographs rather than space or punctuation; only told of words. */
  readonly isWord: boolean;
}

/** The locale is fixed, so that results do not depend on the machine's. */
const LOCALE = "en";

/** Units at a window's end that are looked at but not decided on: rules look ahead. */
const MARGIN = 64;

const SEGMENTERS = {
  grapheme: segmenterOf("grapheme", 256),
  word: segmenterOf("word", 512),
  sentence: segmenterOf("sentence", 2048),
};

function segmenterOf(granularity: Granularity, window: number) {
  return { segmenter: new Intl.Segmenter(LOCALE, { granularity }), window };
}

/** The segments of `text` in order; joined they are the text. */
export function* segmentsOf(text: string, granularity: Granularity): Generator<Segment> {
  const { segmenter, window } = SEGMENTERS[granularity];
  let at = 0;
  let size = window;
  while (at < text.length) {
    const from = at;
    const limit = Math.min(text.length, from + size);
    const decided = limit === text.length ? limit : limit - MARGIN;
    for (const { index, segment, isWordLike } of segmenter.segment(text.slice(from, limit))) {
      const start = from + index;
      if (start + segment.length > decided) break;
      yield { start, text: segment, isWord: isWordLike === true };
      at = start + segment.length;
      if (size > window) break;
    }
    size = at > from ? window : size * 2;
  }
}

/** What goes on with the character before it: marks, joiners, modifiers. */
const EXTENDS = /^(?:[\p{M}\p{Grapheme_Extend}\p{Emoji_Modifier}\u0e33\u0eb3]|\u200d)/u;
/** What goes on in the character after it: Arabic number signs and the like. */
const PREPENDS =
  /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\u{110bd}\u{110cd}\u{111c2}\u{111c3}\u{1193f}\u{11941}\u{11a3a}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]$/u;
/** White space with a character of its own on either side, whatever that is. */
const CONTROLS = /[\t-\r\u2028\u2029\ufeff]/;
/** Below this code there are neither marks nor joiners. */
const FIRST_MARK = 0x300;
/** Between these codes (CJK) a character is one unit and the marks that may follow. */
const CJK = { first: 0x2e80, last: 0x9fff };
/** Units looked at on each side of a place between two unusual characters. */
const REACH = 64;

/** Whether `text` may be cut at `at` without cutting a character as people see it (a grapheme). */
export function isCharacterEdge(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return true;
  if (text.charCodeAt(at - 1) < FIRST_MARK && text.charCodeAt(at) < FIRST_MARK) {
    return text[at - 1] !== "\r" || text[at] !== "\n";
  }
  const before = text.slice(Math.max(0, at - 2), at);
  const after = text.slice(at, at + 2);
  if (isCjk(text.charCodeAt(at - 1)) && isCjk(text.charCodeAt(at))) return !EXTENDS.test(after);
  if (/\s$/.test(before)) return !EXTENDS.test(after) || CONTROLS.test(before.slice(-1));
  if (/^\s/.test(after)) return !PREPENDS.test(before) || CONTROLS.test(after[0]);
  const from = Math.max(0, at - REACH);
  const segments = SEGMENTERS.grapheme.segmenter.segment(text.slice(from, at + REACH));
  return segments.containing(at - from)?.index === at - from;
}

function isCjk(code: number): boolean {
  return code >= CJK.first && code <= CJK.last;
}
