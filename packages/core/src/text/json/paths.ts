/**
 * Paths of JSON rules: what they match, and which of two is more specific. Pure.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";

/** A name, `ANY` (one key or index) or `DEEP` (any number of them, none too). */
export type PathSegment = string | typeof ANY | typeof DEEP;
export const ANY = Symbol("*");
export const DEEP = Symbol("**");

/**
 * Reads a path: a bare key (`description`: at any depth), names from the root with dots between
 * (`messages.*.content`), or the same after a slash (`/a.b/c~1d`, `~1` for a slash and `~0` for a
 * tilde in a name). Empty: the root.
 *
 * @throws LlmlinguaError `invalid-option` for a path with an empty name between dots or a bad `~`
 */
export function readPath(path: string): PathSegment[] {
  if (path === "") return [];
  if (path.startsWith("/")) return collapse(path.slice(1).split("/").map(pointerSegment));
  const names = path.split(".");
  if (names.includes("")) throw badPath(path, "a name between its dots is empty");
  const segments = names.map((name) => wildcard(name, name));
  const isBareKey = segments.length === 1 && typeof segments[0] === "string";
  return collapse(isBareKey ? [DEEP, ...segments] : segments);

  function pointerSegment(name: string): PathSegment {
    if (/~(?![01])/.test(name)) throw badPath(path, "after ~ only 0 and 1 may follow");
    return wildcard(name, name.replaceAll("~1", "/").replaceAll("~0", "~"));
  }
}

function wildcard(name: string, decoded: string): PathSegment {
  return name === "*" ? ANY : name === "**" ? DEEP : decoded;
}

/** `**.**` is `**`. */
function collapse(segments: readonly PathSegment[]): PathSegment[] {
  return segments.filter((segment, i) => segment !== DEEP || segments[i - 1] !== DEEP);
}

function badPath(path: string, why: string): LlmlinguaError {
  return new LlmlinguaError(
    "invalid-option",
    `Cannot read the JSON path ${JSON.stringify(path)}: ${why}. ` +
      "Write names with dots or slashes in them as /name.with.dots or /name~1with~1slashes.",
  );
}

/**
 * Negative when `a` is less specific than `b`. From the last segment backwards: a name goes before
 * `*`, `*` before `**`; then the longer path; else they are equal.
 */
export function compareSpecificity(a: readonly PathSegment[], b: readonly PathSegment[]): number {
  for (let i = 1; i <= Math.min(a.length, b.length); i++) {
    const difference = weight(a[a.length - i]) - weight(b[b.length - i]);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function weight(segment: PathSegment): number {
  return segment === DEEP ? 0 : segment === ANY ? 1 : 2;
}
