/**
 * Finds a key that a JSON object has twice, which `JSON.parse` passes over. Pure.
 *
 * @module
 */

/** Deeper than this nothing is looked at; a header of tensors is two objects deep. */
const MOST_DEPTH = 8;

/**
 * The first key that an object has twice, objects within objects included.
 *
 * @param text - valid JSON
 */
export function keyGivenTwice(text: string): string | undefined {
  const open: Set<string>[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "{" || char === "[") {
      if (depth < MOST_DEPTH) open[depth] = new Set();
      depth++;
    } else if (char === "}" || char === "]") depth--;
    else if (char === '"') {
      const end = endOfString(text, at);
      const keys = open[depth - 1];
      if (keys !== undefined && depth <= MOST_DEPTH && isKey(text, end)) {
        const key = JSON.parse(text.slice(at, end)) as string;
        if (keys.has(key)) return key;
        keys.add(key);
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** Index behind the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (/\s/.test(text.charAt(at))) at++;
  return text[at] === ":";
}
