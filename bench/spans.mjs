/**
 * Paragraphs with questions whose answers are spans: do the spans survive, unbroken?
 *
 *   npm run bench:spans -- FILE.json [--paragraphs 40] [--rate 0.5] [--conditions a;b] [--sizes REFERENCE.jsonl]
 *
 * FILE has SQuAD's layout. Without a question a paragraph is compressed once and judged by all its questions.
 * --sizes names rows {context_id | id, cond, cl100k_tokens, text}: another system's outputs, whose sizes are matched
 * (rows whose cond starts with --like) and whose survival is printed beside ours.
 */
import { parseArgs } from "node:util";
import { createCompressor } from "llmlingua";
import { meanWithInterval, table, textOf, verbatim } from "./answers.mjs";

const LONG = { method: "longllmlingua" };
const CONDITIONS = {
  llmlingua: { options: {} },
  stages: { options: { passages: false } },
  "stages, random words": { options: { passages: false, tokenScore: "random" } },
  "llmlingua, preset microsoft": { options: { preset: "microsoft" } },
  "random words": { options: { tokenScore: "random" } },
  "selective-context": { options: { method: "selective-context" } },
  longllmlingua: { options: LONG, asks: true },
  "longllmlingua, tokens alone": { options: { ...LONG, sentenceLevel: false }, asks: true },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    paragraphs: { type: "string", default: "40" },
    rate: { type: "string", default: "0.5" },
    conditions: { type: "string", default: "llmlingua;longllmlingua" },
    sizes: { type: "string" },
    like: { type: "string", default: "llmlingua" },
  },
});
if (positionals.length !== 1) throw new Error("Give one file in SQuAD's layout.");
const { data } = JSON.parse(textOf(positionals[0]));
const paragraphs = data
  .flatMap((article) => article.paragraphs)
  .slice(0, Number(values.paragraphs));
const reference = new Map();
for (const line of values.sizes ? textOf(values.sizes).trim().split("\n") : []) {
  const row = JSON.parse(line);
  // Ids of another file's questions may carry its language behind them.
  if (row.cond.startsWith(values.like)) reference.set(row.id.replace(/-[a-z]{2}$/, ""), row);
}
const compressor = createCompressor();
const rows = [];
for (const name of values.conditions.split(";").map((own) => own.trim())) {
  const { options, asks } = CONDITIONS[name] ?? {};
  if (!options)
    throw new Error(`No condition ${name}; there are ${Object.keys(CONDITIONS).join("; ")}.`);
  const found = { kept: [], theirs: [], groups: [], broken: 0, tokens: 0, original: 0 };
  for (const [p, { context, qas }] of paragraphs.entries()) {
    let once;
    for (const { id, question, answers } of qas) {
      const other = reference.get(id);
      if (values.sizes && !other) continue;
      const size = other
        ? { targetToken: other.cl100k_tokens, sizeOf: "contexts" }
        : { rate: Number(values.rate), sizeOf: "contexts" };
      const given = options.preset === "microsoft" ? { rate: Number(values.rate) } : size;
      const input = asks ? { contexts: [context], question } : { contexts: [context] };
      const result =
        asks || !once ? await compressor.compress(input, { ...given, ...options }) : once;
      once = result;
      const [part] = result.parts;
      const texts = answers.map(({ text }) => text);
      found.kept.push(verbatim(part.text, texts));
      if (other) found.theirs.push(verbatim(other.text, texts));
      found.groups.push(p);
      found.broken += part.text.includes("\ufffd") ? 1 : 0;
      found.tokens += part.compressedTokens;
      found.original += part.originalTokens;
    }
  }
  const n = found.kept.length;
  rows.push({
    condition: name,
    n,
    "span survives, %": meanWithInterval(found.kept, found.groups),
    ...(values.sizes && { "the other's, %": meanWithInterval(found.theirs, found.groups) }),
    tokens: Math.round(found.tokens / n),
    "of the original, %": ((100 * found.tokens) / found.original).toFixed(1),
    "outputs with U+FFFD": found.broken,
  });
  console.error(JSON.stringify(rows.at(-1)));
}
await compressor.close();
console.log(table(rows));
