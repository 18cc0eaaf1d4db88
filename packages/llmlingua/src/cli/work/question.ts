/**
 * What looks at the question needs one. Pure.
 *
 * @module
 */
import { UsageError } from "../errors.js";
import type { Source } from "../input/source.js";
import type { CompressionRequest } from "./options.js";

const BLIND: readonly unknown[] = [
  "auto",
  "perplexity",
  "shortest",
  "recent",
  "original",
  "random",
];

/** @throws UsageError naming the flag that asks for a question where there is none */
export function checkQuestion(request: CompressionRequest, source: Source): void {
  const flag = flagWithQuestion(request);
  // Of messages it is the user's last text, which the library looks for.
  if (flag === undefined || source.kind === "messages" || questionOf(source)?.trim()) return;
  const way =
    source.kind === "json"
      ? "and --json-rules has none; leave it out"
      : "and the prompt has none; give --question TEXT or --question-file FILE";
  throw new UsageError(`${flag} needs a question, ${way}.`);
}

function flagWithQuestion({ options, rank }: CompressionRequest): string | undefined {
  if (rank.source !== undefined) return `Ranking by ${rank.source.kind}`;
  if (rank.name !== undefined && !BLIND.includes(rank.name)) return `--rank ${rank.name}`;
  if (options.contrastive) return "--contrastive";
  if (options.auto?.questionLoss !== undefined) return "--question-loss";
  if (options.method !== "longllmlingua") return undefined;
  const isBlind = rank.name !== undefined && options.contrastive === false;
  return isBlind ? undefined : "--method longllmlingua";
}

function questionOf(source: Source): string | undefined {
  if (source.kind === "tagged") return source.question;
  if (source.kind !== "prompt" || typeof source.prompt === "string") return undefined;
  return source.prompt.question;
}
