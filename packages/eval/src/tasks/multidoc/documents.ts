/**
 * Questions with their documents, and which documents stand beside the gold one.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { z } from "zod";
import { dataPath, jsonLinesOf } from "../files.js";
import { survives } from "./survives.js";

const DOCUMENT = z.object({ title: z.string(), text: z.string(), isgold: z.boolean().optional() });
const QUESTION = z.object({
  question: z.string().min(1),
  answers: z.array(z.string()).min(1),
  ctxs: z
    .array(DOCUMENT)
    .refine((ctxs) => ctxs.some(({ isgold }) => isgold), "one document must have isgold true"),
});

export type Document = z.infer<typeof DOCUMENT>;

/** A question, its gold document and the file's others in their order. */
export interface Question {
  readonly question: string;
  readonly answers: readonly string[];
  readonly gold: Document;
  readonly others: readonly Document[];
}

/** Names of files in nq_multidoc, in the order they are looked for. */
export function fileNames(documents: number): string[] {
  const official = [documents, 20, 30, 10].map(
    (n) => `nq-open-${n}_total_documents_gold_at_0.jsonl.gz`,
  );
  return ["derived-nq20-bm25-gold_at_0.jsonl.gz", ...new Set(official)];
}

/** @param name - a file in nq_multidoc */
export async function questionsOf(data: string | undefined, name: string): Promise<Question[]> {
  const path = dataPath(data, `nq_multidoc/${name}`);
  const expected =
    'Expected lines of {"question", "answers", "ctxs": [{"title", "text", "isgold"}]}.';
  const lines = await jsonLinesOf({ path, expected }, QUESTION);
  return lines.map(({ value: { question, answers, ctxs } }) => {
    const gold = ctxs.findIndex(({ isgold }) => isgold);
    return { question, answers, gold: ctxs[gold], others: ctxs.filter((_, i) => i !== gold) };
  });
}

/** The first of these files that is there, else the first. */
export function presentFile(data: string | undefined, names: readonly string[]): string {
  return names.find((name) => existsSync(dataPath(data, `nq_multidoc/${name}`))) ?? names[0];
}

/** Gold documents of other questions without an answer, in random order; fewer where an answer is everywhere ("1"). */
export function drawnDocuments(
  pool: readonly Document[],
  { gold, answers }: Question,
  most: number,
  random: () => number,
): Document[] {
  const keys = pool.map(() => random());
  const order = [...pool.keys()].sort((a, b) => keys[a] - keys[b]);
  const found: Document[] = [];
  const texts = new Set([gold.text]);
  for (const i of order) {
    if (found.length === most) break;
    const { title, text } = pool[i];
    if (texts.has(text) || survives(`${title} ${text}`, answers)) continue;
    texts.add(text);
    found.push(pool[i]);
  }
  return found;
}
