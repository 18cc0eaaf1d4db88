/**
 * Prompts to align a scorer with, from public data: questions, passages to sum up, documentation to explain.
 *
 *   node bench/align/prompts.mjs --data FOLDER --out prompts.jsonl
 *
 * FOLDER has gsm8k/train.jsonl, conversations/mt_bench_question.jsonl, nq_multidoc/*.jsonl.gz, arxiv_open/unarxive_sample.jsonl,
 * rag_docs/*.md and multilingual/xquad.*.sample.json. No test question of GSM8K is among them, nor a question of the first 360 of NQ.
 * What is asked in two forms, with and without documents or in four languages, has one `group`: it is held out together.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";

const { values } = parseArgs({ options: { data: { type: "string" }, out: { type: "string" } } });
if (values.data === undefined || values.out === undefined)
  throw new Error("Give --data and --out.");

const read = (...path) => readFileSync(join(values.data, ...path));
const linesOf = (bytes) =>
  `${bytes}`
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const every = (n, list) => list.filter((_, i) => i % n === 0);
/** In turns, so that no wording stands for a kind of text. */
const inTurn = (wordings) => (text, i) => wordings[i % wordings.length].replace("{}", () => text);
const isPassage = (text) => text.length >= 350 && text.length <= 1600;

const math = every(14, linesOf(read("gsm8k", "train.jsonl"))).map(({ question }) => question);
const talk = linesOf(read("conversations", "mt_bench_question.jsonl")).map(({ turns }) => turns[0]);

const searched = linesOf(
  gunzipSync(read("nq_multidoc", "derived-nq20-bm25-gold_at_0.jsonl.gz")),
).filter((_, i) => i >= 460 || (i >= 360 && i < 400));
const document = ({ title, text }) => `${title}: ${text}`;
const answered = searched.map(({ question, ctxs }) => ({
  prompt: `${ctxs.slice(0, 3).reverse().map(document).join("\n\n")}\n\nQuestion: ${question}`,
  group: `nq: ${question}`,
}));
const asked = searched.map(({ question }) => ({
  prompt: `${question}?`,
  group: `nq: ${question}`,
}));

const paragraphs = linesOf(read("arxiv_open", "unarxive_sample.jsonl")).flatMap(({ text }) =>
  every(3, text.split(/\n+/).filter(isPassage)).slice(0, 4),
);
const papers = paragraphs.map(
  inTurn([
    "Sum up this passage of a paper in three sentences.\n\n{}",
    "{}\n\nExplain this to a student.",
    "What are the main claims here?\n\n{}",
    "Rewrite more simply:\n\n{}",
  ]),
);

const sections = readdirSync(join(values.data, "rag_docs"))
  .sort()
  .flatMap((file) =>
    every(2, `${read("rag_docs", file)}`.split(/\n(?=## )/).filter(isPassage)).slice(0, 4),
  );
const documentation = sections.map(
  inTurn([
    "{}\n\nExplain what this is for, with a short example.",
    "Write three questions that this documentation answers, and their answers.\n\n{}",
    "Turn this into a list of steps.\n\n{}",
  ]),
);

const languages = ["en", "de", "ru", "zh"].flatMap((code) =>
  every(
    2,
    JSON.parse(read("multilingual", `xquad.${code}.sample.json`)).data.flatMap(
      (article) => article.paragraphs,
    ),
  )
    .slice(0, 30)
    // The id is the same in all languages.
    .map(({ context, qas }) => ({
      prompt: `${context}\n\n${qas[0].question}`,
      group: `xquad: ${qas[0].id}`,
    })),
);

const kinds = { math, talk, answered, asked, papers, documentation, languages };
const records = Object.entries(kinds).flatMap(([kind, prompts]) =>
  prompts.map((given, i) => {
    const record = typeof given === "string" ? { prompt: given } : given;
    return { id: `${kind}-${i}`, ...record };
  }),
);
writeFileSync(values.out, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
for (const [kind, prompts] of Object.entries(kinds)) console.error(`${kind}: ${prompts.length}`);
