/**
 * Questions over twenty documents: does the answer survive at a share of the documents' tokens?
 *
 *   npm run bench:multidoc -- FILE.jsonl[.gz] [--questions 60] [--rate 0.25] [--gold 9] [--conditions a,b] [--out ROWS.jsonl]
 *
 * FILE has the layout of "Lost in the Middle": a line is {question, answers, ctxs: [{title, text, isgold}]}.
 * The gold document is moved to index --gold. Sizes are those of the documents alone, in cl100k_base.
 */
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createCompressor } from "llmlingua";
import { meanWithInterval, survives, table, textOf } from "./answers.mjs";

const LONG = { method: "longllmlingua" };
const WHOLE = { ...LONG, tokenLevel: false };
const CONDITIONS = {
  longllmlingua: LONG,
  "longllmlingua, not contrastive": { ...LONG, contrastive: false },
  "longllmlingua, preset paper": { ...LONG, preset: "paper" },
  "longllmlingua, preset microsoft": { ...LONG, preset: "microsoft" },
  "longllmlingua, r_k by best sentence": { ...LONG, rank: "question-sentence" },
  "r_k by both, whole documents": WHOLE,
  "r_k by best sentence, whole documents": { ...WHOLE, rank: "question-sentence" },
  "r_k by document, whole documents": { ...WHOLE, rank: "question-document" },
  "bm25, whole documents": { ...WHOLE, rank: "bm25" },
  "bm25 with tokens": { ...LONG, rank: "bm25" },
  "gzip, whole documents": { ...WHOLE, rank: "gzip" },
  llmlingua: {},
  "random documents": { rank: "random", tokenLevel: false },
  "selective-context": { method: "selective-context" },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    questions: { type: "string", default: "60" },
    rate: { type: "string", default: "0.25" },
    gold: { type: "string", default: "9" },
    conditions: { type: "string", default: "longllmlingua;bm25, whole documents" },
    out: { type: "string" },
  },
});
if (positionals.length !== 1) throw new Error("Give one file of questions.");
const questions = textOf(positionals[0])
  .trim()
  .split("\n")
  .slice(0, Number(values.questions))
  .map((line, id) => ({ id, ...JSON.parse(line) }));
const compressor = createCompressor();
const rows = [];
for (const name of values.conditions.split(";").map((own) => own.trim())) {
  const options = CONDITIONS[name];
  if (!options)
    throw new Error(`No condition ${name}; there are ${Object.keys(CONDITIONS).join("; ")}.`);
  const kept = [];
  let tokens = 0;
  let broken = 0;
  const started = performance.now();
  for (const { id, question, answers, ctxs } of questions) {
    const gold = ctxs.find(({ isgold }) => isgold);
    const others = ctxs.filter((ctx) => ctx !== gold);
    const ordered = others.toSpliced(Number(values.gold), 0, gold);
    const contexts = ordered.map(
      ({ title, text }, i) => `Document [${i + 1}](Title: ${title}) ${text}`,
    );
    const size =
      options.preset === "microsoft"
        ? { rate: Number(values.rate) }
        : { rate: Number(values.rate), sizeOf: "contexts" };
    const result = await compressor.compress({ contexts, question }, { ...size, ...options });
    const documents = result.parts.filter(({ kind }) => kind === "context");
    const text = documents.map((part) => part.text).join("\n\n");
    kept.push(survives(text, answers));
    broken += text.includes("\ufffd") ? 1 : 0;
    const cl100k = documents.reduce((sum, part) => sum + part.compressedTokens, 0);
    tokens += cl100k;
    const row = { cond: name, id, text, answers, cl100k_tokens: cl100k };
    if (values.out) appendFileSync(values.out, `${JSON.stringify(row)}\n`);
  }
  const seconds = (performance.now() - started) / 1000 / questions.length;
  rows.push({
    condition: name,
    n: kept.length,
    "answer survives, %": meanWithInterval(kept),
    tokens: Math.round(tokens / kept.length),
    broken,
    "s/question": seconds.toFixed(1),
  });
  console.error(JSON.stringify(rows.at(-1)));
}
await compressor.close();
console.log(table(rows));
