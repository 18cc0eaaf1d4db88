/**
 * Questions over twenty documents, gold at position 10, as in "Lost in the Middle".
 *
 * nq_multidoc/derived-nq20-bm25-gold_at_0.jsonl.gz: --distractors bm25 takes the file's (other questions'
 * gold passages, nearest first), random draws with --seed among the other questions' gold passages that
 * hold no answer. The prompt: instruction, blank line, documents (a line each), blank line, question with
 * its label and "Answer:". A ratio of r asks for one r-th of the documents' tokens beside the rest
 * verbatim; tokens are those of the whole prompt. The library is given the bare question, as its callers
 * would; labels stay in the suffix. A question for whose answers 19 such passages cannot be found is left out.
 */
import { join } from "node:path";
import { survives, textOf } from "../../answers.mjs";
import { randomOf } from "../conditions.mjs";

const INSTRUCTION =
  "Write a high-quality answer for the given question using only the provided search results (some of which might be irrelevant).";
const DOCUMENTS = 20;
const GOLD = 9;

export const multidoc = {
  sizes: { ratios: [4] },
  conditions: [
    "full",
    "zero",
    "default",
    "paper",
    "microsoft",
    "selective-context",
    "selective-sentence",
    "truncate",
    "whole-ranked",
    "random-tokens",
    "random-words",
    "bm25",
    "long-whole",
    "longllmlingua",
    "longllmlingua-paper",
    "longllmlingua-microsoft",
  ],
  groups({ data, items = 200, distractors = "bm25", seed }) {
    if (!["bm25", "random"].includes(distractors)) {
      throw new Error(`--distractors is ${distractors}; it must be bm25 or random.`);
    }
    const file = join(data, "nq_multidoc/derived-nq20-bm25-gold_at_0.jsonl.gz");
    const all = textOf(file).trim().split("\n").map(JSON.parse);
    const pool = all.map(({ ctxs }) => ctxs.find(({ isgold }) => isgold));
    const groups = [];
    for (const [at, { question, answers, ctxs }] of all.entries()) {
      if (groups.length >= items) break;
      const gold = pool[at];
      const others =
        distractors === "bm25"
          ? ctxs.filter((ctx) => ctx !== gold).slice(0, DOCUMENTS - 1)
          : drawn(pool, gold, answers, randomOf(`${seed} ${at}`));
      if (others.length === DOCUMENTS - 1) groups.push(itemOf(at, question, answers, gold, others));
    }
    return groups;
  },
};

function itemOf(at, question, answers, gold, others) {
  const contexts = others
    .toSpliced(GOLD, 0, gold)
    .map(({ title, text }, i) => `Document [${i + 1}](Title: ${title}) ${text}`);
  const suffix = `\n\nQuestion: ${question}\nAnswer:`;
  const row = { id: String(at), suffix, gold: ` ${answers[0]}`, answers };
  const prompt = { instruction: INSTRUCTION, contexts, joint: "\n", question, asks: true };
  return { id: row.id, ...prompt, rule: "subspan", max_new: 64, rows: [row] };
}

/** Gold passages of other questions without an answer, in random order; fewer where an answer is everywhere ("1"). */
function drawn(pool, gold, answers, random) {
  const keys = pool.map(() => random());
  const order = [...pool.keys()].sort((a, b) => keys[a] - keys[b]);
  const found = [];
  const texts = new Set([gold.text]);
  for (const i of order) {
    if (found.length === DOCUMENTS - 1) break;
    const { title, text } = pool[i];
    if (texts.has(text) || survives(`${title} ${text}`, answers)) continue;
    texts.add(text);
    found.push(pool[i]);
  }
  return found;
}
