/**
 * How far sizes are from what was asked, over many prompts of a folder that you name.
 *
 *   npm run bench:sizes -- FOLDER [--prompts 200] [--model hash|embedded] [--tokenizer cl100k_base]
 *
 * Reads every text, Markdown and JSON(L) file below FOLDER, cuts prompts of 50 to 20,000 tokens out
 * of them at seeded places, compresses each at a seeded rate of 0.05 to 0.9 and prints the errors.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createCompressor, createHashScorer, loadCounter } from "llmlingua";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    prompts: { type: "string", default: "200" },
    model: { type: "string", default: "embedded" },
    tokenizer: { type: "string", default: "cl100k_base" },
    longest: { type: "string", default: "20000" },
  },
});
if (positionals.length !== 1) throw new Error("Give one folder of texts.");
let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 4294967296;
};
const texts = readdirSync(positionals[0], { recursive: true })
  .filter((name) => /\.(txt|md|jsonl?)$/.test(name))
  .map((name) => readFileSync(join(positionals[0], name), "utf8").replaceAll("\\n", "\n"));
const counter = await loadCounter(values.tokenizer);
const scorer = values.model === "hash" ? createHashScorer() : undefined;
const compressor = createCompressor({ tokenizer: counter, ...(scorer ? { scorer } : {}) });
const errors = [];
let fitMs = 0;
for (let n = 0; n < Number(values.prompts); n++) {
  const text = texts[Math.floor(random() * texts.length)];
  const wanted = Math.round(50 * (Number(values.longest) / 50) ** random());
  const start = Math.floor(random() * Math.max(1, text.length - wanted * 3));
  const prompt = text.slice(start, start + wanted * 4).toWellFormed();
  if (counter.count(prompt) < 50) continue;
  const rate = 0.05 + random() * 0.85;
  const result = await compressor.compress(prompt, { rate, keepCode: false });
  fitMs += result.timings.fitMs;
  const target = Math.max(1, Math.round(rate * result.originalTokens));
  errors.push({ error: result.compressedTokens - target, target, original: result.originalTokens });
}
await compressor.close();
const off = errors
  .filter(({ error }) => error !== 0)
  .sort((a, b) => Math.abs(b.error) - Math.abs(a.error));
const isOutside = ({ error, target }) => Math.abs(error) > Math.max(2, 0.02 * target);
console.log(
  `${errors.length} prompts of ${Math.min(...errors.map((e) => e.original))} to ${Math.max(...errors.map((e) => e.original))} tokens (${counter.name})`,
);
console.log(
  `exact: ${errors.length - off.length}; off by one: ${off.filter(({ error }) => Math.abs(error) === 1).length}; beyond 2 tokens and 2 %: ${errors.filter(isOutside).length}`,
);
console.log(
  `largest: ${
    off
      .slice(0, 5)
      .map(({ error, target }) => `${error} of ${target}`)
      .join(", ") || "none"
  }`,
);
console.log(`fitting: ${Math.round(fitMs / errors.length)} ms a prompt on average`);
