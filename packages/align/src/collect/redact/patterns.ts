/**
 * What secrets and personal data look like. Pure.
 *
 * Each expression is linear: a run of characters is entered at its beginning alone (the look-behind), and
 * what repeats is bounded or cannot be read in two ways.
 *
 * @module
 */
import { ibanLength, isAddress, isAddress6, isBasic, isCard, isPhone } from "./checks.js";

/** What a match is replaced by, in brackets. */
export const KINDS = ["PRIVATE_KEY", "KEY", "EMAIL", "IBAN", "CARD", "IP", "PHONE"] as const;

export type Kind = (typeof KINDS)[number];

export interface Pattern {
  readonly kind: Kind;
  /** Global. */
  readonly expression: RegExp;
  /** How much of a match is meant, in UTF-16 units from its beginning; undefined = it is none. Default all. */
  length?(match: string): number | undefined;
}

const all =
  (holds: (match: string) => boolean) =>
  (match: string): number | undefined =>
    holds(match) ? match.length : undefined;

/** Providers' keys, by the beginnings that they publish for scanners. */
const KEYS = [
  "sk-(?=[A-Za-z_-]*\\d)[\\w-]{20,}",
  "(?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,}",
  "gh[pousr]_[A-Za-z0-9]{30,}",
  "github_pat_\\w{22,}",
  "glpat-[\\w-]{20,}",
  "(?:AKIA|ASIA)[A-Z0-9]{16}",
  "xox[abeoprs]-[\\w-]{10,}",
  "AIza[\\w-]{35}",
  "ya29\\.[\\w-]{20,}",
  "(?:hf|gsk|npm|pypi|r8|dop_v1|shpat)_[A-Za-z0-9]{20,}",
  "SG\\.[\\w-]{16,}\\.[\\w-]{16,}",
  "eyJ[\\w-]{8,}\\.eyJ[\\w-]{8,}(?:\\.[\\w-]*)?",
];

export const PATTERNS: readonly Pattern[] = [
  {
    // Its end may lie behind the end of an answer that was cut.
    kind: "PRIVATE_KEY",
    expression:
      /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=]{16,}|\\[nr]|\s)*(?:[A-Za-z0-9+/=]{1,15}(?:\\[nr]|\s)*)?(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?/g,
  },
  { kind: "KEY", expression: new RegExp(`(?<![\\w-])(?:${KEYS.join("|")})(?![\\w-])`, "g") },
  { kind: "KEY", expression: /(?<=\bBearer[ \t]{1,4})[\w.~+/-]{20,}=*/gi },
  {
    kind: "KEY",
    expression:
      /(?<=\bAuthorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?Basic[ \t]{1,4})[\w+/-]{4,}=*/gi,
  },
  {
    kind: "KEY",
    expression: /(?<=\bBasic[ \t]{1,4})[A-Za-z0-9+/]{4,}={0,2}/gi,
    length: all(isBasic),
  },
  // The user may be empty, a password have colons.
  { kind: "KEY", expression: /(?<=:\/\/[^\s:@/[\]]{0,64}:)[^\s@/[\]]{1,128}(?=@)/g },
  {
    kind: "EMAIL",
    expression:
      /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}])/gu,
  },
  {
    kind: "IBAN",
    expression: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}[A-Za-z0-9]?/g,
    length: ibanLength,
  },
  {
    kind: "CARD",
    expression: /(?<![\w.,-])\d(?:[ -]?\d){12,18}(?![\w]|-\d)/g,
    length: all(isCard),
  },
  {
    kind: "IP",
    expression:
      /(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?![\w]|\.\d)/g,
    length: all(isAddress),
  },
  {
    kind: "IP",
    expression: /(?<![\w:.])[0-9A-Fa-f:]{6,39}(?![\w:])/g,
    length: all(isAddress6),
  },
  {
    kind: "PHONE",
    expression: /(?<![\w+])(?:\+|(?<!\d[ -])00)[1-9](?:[ ()./-]{0,2}\d){7,14}(?!\w)/g,
    length: all(isPhone),
  },
  {
    kind: "PHONE",
    expression: /(?<![\w.,/-])(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[. -]\d{4}(?![\w-])/g,
    length: all(isPhone),
  },
  {
    kind: "PHONE",
    expression: /(?<![\w.,/-])(?<!\d )\(?0\d{1,4}\)?[ /-]\d{2,8}(?:[ -]\d{2,4}){0,3}(?![\w/-])/g,
    length: all(isPhone),
  },
];
