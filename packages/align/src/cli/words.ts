/**
 * Numbers as the commands print them. Pure.
 *
 * @module
 */

/** `1 pair`, `2 pairs`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
