/**
 * Selective-Context's sentence level where a line is a sentence (worked examples): the lines of the
 * highest mean self-information, read alone, that fit; never a part of one.
 *
 * @module
 */
import type { TokenScorer } from "llmlingua";
import { bodyOf } from "./body.js";
import type { Work } from "./types.js";

interface Line {
  readonly text: string;
  /** Index of its context. */
  readonly of: number;
  /** Mean −ln p of its tokens, in nats. */
  readonly information: number;
}

/** What is left of a prompt by whole lines. */
export async function selectiveLines(work: Work): Promise<string | undefined> {
  const { group, measure, size } = work;
  const lines = await linesOf(work);
  const order = [...lines.keys()].sort(
    (a, b) => lines[b].information - lines[a].information || a - b,
  );
  const kept = new Set<number>();
  const text = () => {
    const blocks = group.contexts.map((_, of) =>
      lines.filter((line, i) => line.of === of && kept.has(i)).map((line) => line.text),
    );
    const left = blocks.filter((block) => block.length > 0).map((block) => block.join("\n"));
    return bodyOf(group, left);
  };
  for (const i of order) {
    if (lines[i].text.trim() === "") continue;
    kept.add(i);
    if (measure(text()) > size) kept.delete(i);
  }
  return kept.size === 0 ? undefined : text();
}

async function linesOf({ group, scorer, signal }: Work): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const [of, context] of group.contexts.entries()) {
    for (const text of context.split("\n")) {
      lines.push({ text, of, information: await meanInformation(scorer, text, signal) });
    }
  }
  return lines;
}

/** Of a line's tokens but the first, which nothing precedes; of very long lines as far as the model reads. */
async function meanInformation(
  scorer: TokenScorer,
  line: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { ids } = scorer.tokenizer.encode(line);
  if (ids.length < 2) return 0;
  const most = Math.min(ids.length, scorer.maxTokens);
  const logprobs = await scorer.score(ids.subarray(0, most), { from: 1, signal });
  return -logprobs.reduce((sum, logprob) => sum + logprob, 0) / logprobs.length;
}
