/**
 * Whether to colour, and with what.
 *
 * @module
 */
import { styleText } from "node:util";
import type { Io } from "./io.js";

/** Styles of a text for the terminal; all the identity when colours are off. */
export interface Paint {
  readonly on: boolean;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
}

/** A flag decides; else NO_COLOR (https://no-color.org); else whether stdout is a terminal. */
export function colours(
  flag: boolean | undefined,
  { stdout, env }: Pick<Io, "stdout" | "env">,
): Paint {
  const terminal = stdout.isTTY === true && env.TERM !== "dumb";
  const on = flag ?? (!env.NO_COLOR && terminal);
  const style = (format: "bold" | "dim" | "red") => (text: string) =>
    on ? styleText(format, text, { validateStream: false }) : text;
  return { on, bold: style("bold"), dim: style("dim"), red: style("red") };
}
