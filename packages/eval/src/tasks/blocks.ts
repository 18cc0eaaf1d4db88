/**
 * Paragraphs: the parts of a text between blank lines.
 *
 * @module
 */

/** What lies between the parts that `paragraphsOf` gives. */
export const PARAGRAPH_JOINT = "\n\n";

/** The paragraphs of a text; joined by `PARAGRAPH_JOINT` they are the text again, byte for byte. */
export function paragraphsOf(text: string): string[] {
  return text.split(/\n\n(?=[^\n])/);
}

/** The blocks of a text between lines that are blank or of white space, without those; none is empty. */
export function blocksOf(text: string): string[] {
  return text.split(/\n\s*\n/).filter((block) => block.trim() !== "");
}
