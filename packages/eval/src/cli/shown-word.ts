/**
 * Words of the command line as they may be shown and kept. Pure.
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

/** The same in quotes where a shell needs them. */
export function quoted(given: string): string {
  const word = shownWord(given);
  return /^[\w./:,=@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
