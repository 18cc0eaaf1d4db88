/**
 * A command: its flags as data, and what it does with them.
 *
 * @module
 */
import type { CliContext } from "../io.js";
import type { Flags } from "./flags.js";
import { type Parsed, parseFlags } from "./parse.js";

interface CommandText {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What follows the name in the usage line. */
  readonly usage: string;
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** What a person has to know and no flag says. */
  readonly notes?: readonly string[];
}

interface CommandSpec<F extends Flags> extends CommandText {
  readonly flags: F;
  run(parsed: Parsed<F>, context: CliContext): Promise<void>;
}

/** A command as the dispatcher sees it: words in, work done. */
export interface Command extends CommandText {
  readonly flags: Flags;
  run(args: readonly string[], context: CliContext): Promise<void>;
}

/** Ties a command's flags to the values its `run` gets. */
export function defineCommand<F extends Flags>(spec: CommandSpec<F>): Command {
  return { ...spec, run: (args, context) => spec.run(parseFlags(args, spec.flags), context) };
}
