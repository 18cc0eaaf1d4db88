/**
 * A text that was rewritten, each unit with the stretch of the source it comes from. Pure.
 *
 * @module
 */

/** A rewritten text; unit `i` of `text` comes from source units `start[i]` … `end[i]` (equal: inserted). */
export interface MappedText {
  readonly text: string;
  /** UTF-16 offsets into the source, one per UTF-16 unit of `text`; ascending. */
  readonly start: Uint32Array;
  readonly end: Uint32Array;
}

/** A rewriting of a text that keeps the way back. */
export type Rewrite = (input: MappedText) => MappedText;

/** The stretch `from` … `to` of a source as it is. */
export function mappedSlice(source: string, from: number, to: number): MappedText {
  const start = new Uint32Array(to - from);
  for (let index = 0; index < start.length; index++) start[index] = from + index;
  return { text: source.slice(from, to), start, end: start.map((at) => at + 1) };
}

/** Units `from` … `to` of a rewritten text. */
export function sliceMapped({ text, start, end }: MappedText, from: number, to: number) {
  return {
    text: text.slice(from, to),
    start: start.subarray(from, to),
    end: end.subarray(from, to),
  };
}

/** Collects a rewriting, piece by piece. */
export class MappedBuilder {
  readonly #parts: string[] = [];
  readonly #start: number[] = [];
  readonly #end: number[] = [];

  /** Adds `text`, all of it from source units `start` … `end`. */
  add(text: string, start: number, end: number): void {
    this.#parts.push(text);
    for (let index = 0; index < text.length; index++) {
      this.#start.push(start);
      this.#end.push(end);
    }
  }

  build(): MappedText {
    const [start, end] = [Uint32Array.from(this.#start), Uint32Array.from(this.#end)];
    return { text: this.#parts.join(""), start, end };
  }
}

/** Rewrites character by character (code points); `rewrite` gives what stands in its place. */
export function rewriteCharacters(
  input: MappedText,
  rewrite: (character: string) => string,
): MappedText {
  const built = new MappedBuilder();
  let at = 0;
  for (const character of input.text) {
    const last = at + character.length - 1;
    built.add(rewrite(character), input.start[at], input.end[last]);
    at = last + 1;
  }
  return built.build();
}
