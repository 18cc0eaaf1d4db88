/**
 * A word of the command line as it may be shown and kept. Pure.
 *
 * @module
 */

/** URLs without user name, password, query and fragment, which may hold keys. */
export function shownWord(word: string): string {
  return word.replace(
    /(https?:\/\/)(?:[^/?#@\s]*@)?([^?#\s]*)([?#]\S*)?/gi,
    (_, scheme: string, rest: string, query?: string) =>
      `${scheme}${rest}${query === undefined ? "" : `${query[0]}…`}`,
  );
}
