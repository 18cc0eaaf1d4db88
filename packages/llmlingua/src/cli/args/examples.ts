/**
 * Command lines at the end of a help text. Pure.
 *
 * @module
 */

/** Each line with what it does above it. */
export function examples(lines: readonly (readonly [line: string, what: string])[]): string {
  const shown = lines.map(([line, what]) => `  # ${what}\n  ${line}`);
  return ["\nExamples:", ...shown].join("\n");
}
