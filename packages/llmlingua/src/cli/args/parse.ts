/**
 * Command line → values: strict about what it does not know. Pure.
 *
 * Node's `parseArgs` cuts the words; what they mean is decided here, because citty's parser
 * drops repeated flags and ignores unknown ones.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { UsageError } from "../errors.js";
import { type Flag, type Flags, kebab, type Values } from "./flags.js";
import { hint } from "./nearest.js";

export interface Parsed<F extends Flags> {
  readonly values: Values<F>;
  readonly positionals: readonly string[];
}

/** Throws UsageError for unknown flags, missing or surplus values, and flags given twice. */
export function parseFlags<F extends Flags>(args: readonly string[], flags: F): Parsed<F> {
  const names = namesOf(flags);
  const options: Record<string, { type: "string" | "boolean"; short?: string }> = {};
  for (const [name, { flag }] of names) {
    options[name] = { type: flag.value ? "string" : "boolean" };
    if (flag.short) options[name].short = flag.short;
  }
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const raws = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const named = names.get(token.name);
    if (!named) throw new UsageError(unknown(token.rawName, [...names.keys()]));
    const raw = rawValue(named, token);
    const before = raws.get(named.key) ?? [];
    if (before.length > 0 && !named.flag.many) {
      throw new UsageError(`--${kebab(named.key)} is given twice.`);
    }
    raws.set(named.key, [...before, raw]);
  }
  const values = [...raws].map(([key, raw]) => [key, flags[key].read(raw, `--${kebab(key)}`)]);
  return { values: Object.fromEntries(values) as Values<F>, positionals };
}

interface Named {
  readonly key: string;
  readonly flag: Flag<unknown>;
  /** False for the `--no-` side of a switch. */
  readonly on: boolean;
}

/** Every long name that may be written, without its dashes. */
function namesOf(flags: Flags): Map<string, Named> {
  const names = new Map<string, Named>();
  for (const [key, flag] of Object.entries(flags)) {
    const sides = flag.sides ?? "on";
    if (sides !== "off") names.set(kebab(key), { key, flag, on: true });
    if (sides !== "on") names.set(`no-${kebab(key)}`, { key, flag, on: false });
  }
  return names;
}

interface OptionToken {
  readonly rawName: string;
  readonly value?: string;
  readonly inlineValue?: boolean;
}

function rawValue({ flag, on }: Named, { rawName, value, inlineValue }: OptionToken): string {
  if (!flag.value) {
    if (value === undefined) return String(on);
    throw new UsageError(`${rawName} takes no value; got "${value}".`);
  }
  if (value === undefined) throw new UsageError(`${rawName} needs a value: ${flag.value}.`);
  if (!inlineValue && /^-[^\d.]/.test(value)) {
    const way = `Write ${rawName}=${value} if "${value}" is meant.`;
    throw new UsageError(`${rawName} needs a value: ${flag.value}. ${way}`);
  }
  return value;
}

function unknown(rawName: string, names: readonly string[]): string {
  const name = rawName.replace(/^-+/, "");
  return `Unknown option ${rawName}.${hint(name, names, "--")}`;
}
