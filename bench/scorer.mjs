/**
 * Speed and memory of the embedded scorer, always as ratios to a baseline of the same run.
 *
 *   npm run bench [-- --rounds 5]
 *
 * Rows: loading (with and without checksums), one call of 1,024 tokens (baseline), the same in
 * calls of 100, and segments of 100 as the iterative stage asks for them (each given what was kept
 * of the earlier ones, a fifth of their tokens). Interleaved rounds, medians.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { loadScorer } from "@llmlingua/core/onnx";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
const rounds = Number(values.rounds);
const text = readFileSync(new URL("../examples/gsm8k-8shot.txt", import.meta.url), "utf8");

const timed = async (work) => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};
const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];

const loads = { checked: [], unchecked: [] };
for (let i = 0; i < 3; i++) {
  for (const [name, verify] of [
    ["checked", true],
    ["unchecked", false],
  ]) {
    let scorer;
    loads[name].push(
      await timed(async () => (scorer = await loadScorer(modelDirectory, { verify }))),
    );
    await scorer.close();
  }
}

const scorer = await loadScorer(modelDirectory);
const ids = scorer.tokenizer.encode(text).ids.slice(0, 1024);
const forget = () => scorer.score(Uint32Array.of(0, 0));
const rows = {
  "one call of 1,024": [1024, () => scorer.score(ids)],
  "calls of 100": [
    1024,
    async () => {
      for (let end = 100; end < 1100; end += 100) {
        await scorer.score(ids.subarray(0, Math.min(end, 1024)), { from: end - 100 });
      }
    },
  ],
  "iterative segments of 100, a fifth kept": [
    1024,
    async () => {
      let kept = [];
      for (let start = 0; start < 1024; start += 100) {
        const segment = [...ids.subarray(start, start + 100)];
        await scorer.score(Uint32Array.from([...kept, ...segment]), { from: kept.length });
        kept = [...kept, ...segment.filter((_, i) => i % 5 === 0)];
      }
    },
  ],
};
const times = Object.fromEntries(Object.keys(rows).map((name) => [name, []]));
for (let round = 0; round <= rounds; round++) {
  for (const [name, [, work]] of Object.entries(rows)) {
    await forget();
    const ms = await timed(work);
    if (round > 0) times[name].push(ms);
  }
}
const base = median(times["one call of 1,024"]);
console.log(
  `load: ${Math.round(median(loads.checked))} ms with checksums, ${(median(loads.checked) / median(loads.unchecked)).toFixed(2)}x the time without`,
);
for (const [name, [tokens]] of Object.entries(rows)) {
  const ms = median(times[name]);
  console.log(
    `${name}: ${Math.round((tokens / ms) * 1000)} tokens/s, ${(ms / base).toFixed(2)}x the time of one call`,
  );
}
console.log(`memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB at most`);
await scorer.close();
