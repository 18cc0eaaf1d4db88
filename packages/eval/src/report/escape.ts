/**
 * Untrusted text into HTML and Markdown. Pure.
 *
 * @module
 */
import { count } from "./format.js";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Most UTF-16 units of a text from a prompt or a model. */
const MOST = 2000;

/** Safe as text and inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** Safe on one line and inside a table's cell. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_[\]|#~]/g, (character) => `\\${character}`)
    .replace(/<(?=[a-z/!?])|&(?=#?\w+;)/gi, (character) => ENTITIES[character])
    .replace(/\s*[\r\n\u2028\u2029]+\s*/g, " ");
}

/** A block of verbatim text that nothing inside can end. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/** At most so many units of a text, no character halved, with a note of what is gone. */
export function cut(text: string, most: number = MOST): string {
  if (text.length <= most) return text;
  const code = text.charCodeAt(most - 1);
  const head = text.slice(0, code >= 0xd800 && code < 0xdc00 ? most - 1 : most);
  return `${head} … [cut: ${count(text.length)} characters in all]`;
}
