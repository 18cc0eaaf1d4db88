/**
 * What was written on the command line, as opposed to what commander assumes.
 *
 * @module
 */
import type { Command, OptionValues } from "@commander-js/extra-typings";

/** A command to which options were added, as the function that adds them returns it. */
export type OptionsOf<Add extends (command: never) => { opts(): OptionValues }> = Partial<
  ReturnType<ReturnType<Add>["opts"]>
>;

/** The given options: commander's own `true` for an absent `--no-x` would override presets. */
export function given<A extends unknown[], O extends OptionValues>(
  command: Command<A, O>,
): Partial<O> {
  const named = Object.entries(command.opts());
  const written = named.filter(([key]) => command.getOptionValueSource(key) === "cli");
  return Object.fromEntries(written) as Partial<O>;
}
