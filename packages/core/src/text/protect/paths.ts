/**
 * Class "paths": file names and paths of POSIX and Windows, absolute and relative, and globs. Pure.
 *
 * @module
 */
import type { Span } from "../types.js";
import { trimmedEnd } from "./spans.js";

/** A stretch without space, quotes, round brackets, or the punctuation of Chinese and Japanese. */
const CHUNK = /[^\s"'`<>|()“”‘’«»\u3000-\u3004\u3008-\u301f\uff01-\uff0d\uff0f\uff1a-\uff20]+/g;
/** `C:\Program Files\…`: up to three words with single spaces, if a backslash follows. */
const SPACED = /(?: [\w.&-]{1,40}){1,3}\\[^\s"'`<>|()]*/y;
const DRIVE = /^[A-Za-z]:[\\/]/;
const EXTENSION = /\.[A-Za-z][A-Za-z\d]{0,9}(?::\d{1,7}){0,2}$/;
/** Longer than any extension with line and column. */
const EXTENSION_REACH = 32;
const STARTS: readonly RegExp[] = [
  DRIVE,
  /^\\\\[\w.$-]+\\/, // \\server\share
  /^(?:\.{1,2}|~)[\\/]/, // ./x ../x ~/x
  /^\/[\w.@*-]/, // /etc
];
const GLOB = /^\*\.[A-Za-z{[]|[/\\]\*|\*\*[/\\]/;
/** A name alone is a file when it ends like one. */
const FILE =
  /^[\w@][\w@.+-]{0,200}\.(?:[cm]?[jt]sx?|json[lc5]?|ya?ml|toml|md|mdx|txt|csv|tsv|html?|css|scss|xml|svg|png|jpe?g|gif|webp|pdf|docx?|xlsx?|pptx?|zip|tar|t?gz|py|ipynb|rb|go|rs|java|kt|cs?|h|cc|cpp|hpp|php|sh|bash|ps1|bat|exe|dll|so|sql|db|log|ini|cfg|conf|env|lock|onnx|gguf|parquet)(?::\d{1,7}){0,2}$/i;
const HIDDEN = /^\.[A-Za-z][\w.-]{1,60}$/;
const LETTER = /\p{L}/u;

/**
 * `/usr/bin`, `./a`, `src/text/*.ts`, `C:\Program Files\x`, `main.ts:12`, `.env`. With one slash and
 * no extension (`and/or`) it is no path; addresses with a scheme are none either.
 */
export function pathSpans(text: string): Span[] {
  const spans: Span[] = [];
  const chunks = new RegExp(CHUNK);
  for (let match = chunks.exec(text); match !== null; match = chunks.exec(text)) {
    let span = trimmed(text, { start: match.index, end: match.index + match[0].length });
    let chunk = text.slice(span.start, span.end);
    if (DRIVE.test(chunk)) {
      span = trimmed(text, { start: span.start, end: spacedEnd(text, span.end) });
      chunk = text.slice(span.start, span.end);
      chunks.lastIndex = Math.max(chunks.lastIndex, span.end);
    }
    if (isPath(chunk)) spans.push(span);
  }
  return spans;
}

function spacedEnd(text: string, from: number): number {
  SPACED.lastIndex = from;
  let end = from;
  for (let more = SPACED.exec(text); more !== null; more = SPACED.exec(text)) {
    end += more[0].length;
  }
  return end;
}

/** Without the punctuation and emphasis around it. */
function trimmed(text: string, span: Span): Span {
  let start = span.start;
  while (start < span.end && "[{,;:=".includes(text[start])) start++;
  const isBold =
    text[start] === "*" && text[span.end - 1] === "*" && !"./".includes(text[start + 1]);
  if (isBold) while (start < span.end && text[start] === "*") start++;
  const end = trimmedEnd(text, { start, end: span.end }, isBold ? ".,;:!?*" : ".,;:!?");
  const isOpen = text[end - 1] === "]" && !text.slice(start, end).includes("[");
  return { start, end: isOpen ? trimmedEnd(text, { start, end }, "].,;:!?") : end };
}

function isPath(chunk: string): boolean {
  if (chunk.includes("://")) return false;
  if (STARTS.some((start) => start.test(chunk)) || FILE.test(chunk) || HIDDEN.test(chunk))
    return true;
  if (GLOB.test(chunk)) return true;
  const slashes = chunk.split("/").length + chunk.split("\\").length - 2;
  if (slashes === 0 || /^[/\\]/.test(chunk) || !LETTER.test(chunk)) return false;
  return slashes > 1 || /[/\\]$/.test(chunk) || EXTENSION.test(chunk.slice(-EXTENSION_REACH));
}
