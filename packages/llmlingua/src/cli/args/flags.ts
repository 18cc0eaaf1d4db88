/**
 * Kinds of flags: how each reads its value, and how help shows it. Pure.
 *
 * A flag's key in a command is camelCase, on the command line it is kebab-case.
 *
 * @module
 */
import { UsageError } from "../errors.js";

/** One flag whose values read as `T`. */
export interface Flag<T> {
  readonly help: string;
  /** Placeholder of the value in help; absent for switches, which take none. */
  readonly value?: string;
  /** One letter, without the dash. */
  readonly short?: string;
  /** May be given more than once. */
  readonly many?: boolean;
  /** Which spellings a switch has: `--x`, `--no-x`, or both; default `on`. */
  readonly sides?: "on" | "off" | "both";
  /** Heading it stands under in help. */
  readonly group?: string;
  /** What was written after the flag, in order; throws UsageError. */
  read(raws: readonly string[], flag: string): T;
}

export type Flags = Readonly<Record<string, Flag<unknown>>>;

/** The values of a record of flags; absent when not given. */
export type Values<F extends Flags> = {
  readonly [K in keyof F]?: F[K] extends Flag<infer T> ? T : never;
};

interface Looks {
  readonly short?: string;
}

/** A switch without a value. */
export function toggle(
  help: string,
  looks: Looks & { readonly sides?: "on" | "off" | "both" } = {},
): Flag<boolean> {
  return { help, ...looks, read: (raws) => raws.at(-1) === "true" };
}

/** Any text. */
export function text(value: string, help: string, looks: Looks = {}): Flag<string> {
  return { help, value, ...looks, read: (raws) => raws[0] };
}

/** Any text, repeatable. */
export function texts(value: string, help: string): Flag<readonly string[]> {
  return { help, value, many: true, read: (raws) => raws };
}

/** One of a closed set. */
export function choice<const T extends string>(
  choices: readonly T[],
  help: string,
  looks: Looks = {},
): Flag<T> {
  const read = ([raw]: readonly string[], flag: string): T => {
    const found = choices.find((one) => one === raw);
    if (found !== undefined) return found;
    throw new UsageError(`${flag} must be one of ${choices.join(", ")}; got "${raw}".`);
  };
  return { help, value: choices.join("|"), ...looks, read };
}

/** Range of a number; `above` is exclusive, `min` and `max` are inclusive. */
export interface Range extends Looks {
  readonly above?: number;
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
}

/** A decimal number in a range. */
export function number(value: string, range: Range, help: string): Flag<number> {
  const { above = -Infinity, min = -Infinity, max = Infinity, integer = false, short } = range;
  const read = ([raw]: readonly string[], flag: string): number => {
    const given = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(raw.trim()) ? Number(raw) : NaN;
    const whole = !integer || Number.isSafeInteger(given);
    if (whole && given > above && given >= min && given <= max) return given;
    throw new UsageError(`${flag} must be ${describe(range)}; got "${raw}".`);
  };
  return { help, value, short, read };
}

function describe({ above, min, max, integer }: Range): string {
  const kind = integer ? "a whole number" : "a number";
  if (above !== undefined && max !== undefined) return `${kind} in (${above}, ${max}]`;
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  return min === undefined ? kind : `${kind} of at least ${min}`;
}

/** The same flags, under one heading in help. */
export function group<F extends Flags>(title: string, flags: F): F {
  const titled = Object.entries(flags).map(([key, flag]) => [key, { ...flag, group: title }]);
  return Object.fromEntries(titled) as F;
}

/** The given values of some flags out of a command's. */
export function pick<F extends Flags>(values: Values<F>, flags: F): Values<F> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => key in flags)) as Values<F>;
}

/** `targetToken` → `target-token`. */
export function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
