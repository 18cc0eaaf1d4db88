/**
 * English stop words taken out and everything else left: the last row of LLMLingua's Table 3.
 *
 * @module
 */
import { bodyOf } from "./body.js";
import type { Work } from "./types.js";

/** The contexts without wink-nlp's stop words; what that leaves is what it leaves, no size is aimed at. */
export async function withoutStopWords({ group }: Work): Promise<string> {
  opened ??= openStopWords();
  const stops = await opened;
  return bodyOf(
    group,
    group.contexts.map((context) => cut(context, stops(context))),
  );
}

/** Once a process: opening takes a tenth of a second, and each time the model makes a string of its own longer. */
let opened: Promise<StopWords> | undefined;

type StopWords = (text: string) => readonly { readonly word: string; readonly stops: boolean }[];

async function openStopWords(): Promise<StopWords> {
  const [{ default: wink }, { default: model }] = await Promise.all([
    import("wink-nlp"),
    import("wink-eng-lite-web-model"),
  ]);
  const { readDoc, its } = wink(model, []);
  return (text) => {
    const tokens = readDoc(text).tokens();
    const flags = tokens.out(its.stopWordFlag) as unknown as boolean[];
    return (tokens.out() as string[]).map((word, index) => ({ word, stops: flags[index] }));
  };
}

/** Leaves out words with the blanks before them, at the beginning of a line those behind; all else stays. */
function cut(text: string, words: ReturnType<StopWords>): string {
  let kept = "";
  let at = 0;
  let opensLine = false;
  for (const { word, stops } of words) {
    const start = text.indexOf(word, at);
    if (start < 0) continue;
    const before = text.slice(at, start);
    at = start + word.length;
    if (stops) {
      const first: boolean = !opensLine && (kept === "" || kept.endsWith("\n"));
      kept += first ? before : before.trimEnd();
      opensLine ||= first;
    } else {
      kept += (opensLine ? before.trimStart() : before) + word;
      opensLine = false;
    }
  }
  return kept + text.slice(at);
}
