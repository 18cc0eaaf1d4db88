/**
 * What the words after an option may be. Pure.
 *
 * @module
 */
import { InvalidArgumentError } from "@commander-js/extra-typings";

/** For an option that may be given more than once. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Range of a number; `above` is exclusive, `min` and `max` are inclusive. */
export interface Range {
  readonly above?: number;
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
}

/** Reads a decimal number; one outside the range is an InvalidArgumentError. */
export function numberIn(range: Range): (raw: string) => number {
  const { above = -Infinity, min = -Infinity, max = Infinity, integer = false } = range;
  return (raw) => {
    const given = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(raw.trim()) ? Number(raw) : NaN;
    const whole = !integer || Number.isSafeInteger(given);
    if (whole && given > above && given >= min && given <= max) return given;
    throw new InvalidArgumentError(`It must be ${describe(range)}.`);
  };
}

/** The same, or `word`. */
export function numberOr<Word extends string>(
  word: Word,
  range: Range,
): (raw: string) => number | Word {
  const number = numberIn(range);
  return (raw) => {
    if (raw === word) return word;
    try {
      return number(raw);
    } catch {
      throw new InvalidArgumentError(`It must be ${describe(range)}, or ${word}.`);
    }
  };
}

function describe({ above, min, max, integer }: Range): string {
  const kind = integer ? "a whole number" : "a number";
  if (above !== undefined && max !== undefined) return `${kind} in (${above}, ${max}]`;
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  if (above !== undefined) return `${kind} above ${above}`;
  return min === undefined ? kind : `${kind} of at least ${min}`;
}
