import { openTrainer, randomAdapters } from "./trainer.mjs";
import { readWeights } from "./weights.mjs";

const [rows, length, steps, rank, share] = process.argv.slice(2).map(Number);
const t0 = performance.now(),
  weights = readWeights(process.env.MODEL),
  t1 = performance.now();
const trainer = await openTrainer(process.env.GRAPHS, weights, Number(process.env.THREADS ?? 2)),
  t2 = performance.now();
const mb = () => Math.round(process.memoryUsage.rss() / 1e6);
console.log(`read ${(t1 - t0).toFixed(0)} ms, open ${(t2 - t1).toFixed(0)} ms, rss ${mb()} MB`);
const adapters = randomAdapters(trainer, rank);
let state = 7;
const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
const n = rows * length,
  ids = BigInt64Array.from({ length: n }, () => BigInt(Math.floor(next() * 49152)));
const batch = {
  ids,
  targets: BigInt64Array.from({ length: n }, (_, i) => ids[(i + 1) % n]),
  weights: Float32Array.from({ length: n }, () => (next() < (share || 1) ? 1 / n : 0)),
  rows,
  length,
};
process.stdin.resume();
const once = async () => {
  const times = {},
    s = performance.now();
  const r = await trainer.step(batch, adapters, 2, times);
  const ms = performance.now() - s;
  return {
    tokensPerSecond: +((n / ms) * 1e3).toFixed(1),
    ms: Math.round(ms),
    loss: r.loss,
    ...Object.fromEntries(Object.entries(times).map(([k, v]) => [k, Math.round(v)])),
    rss: mb(),
    peak: Math.round(process.resourceUsage().maxRSS / 1024),
  };
};
if (steps > 0) {
  for (let i = 0; i < steps; i++) console.log(JSON.stringify(await once()));
  process.exit(0);
}
// one step for every line on stdin
process.stdin.setEncoding("utf8");
process.stdin.on("data", async (d) => {
  if (d.includes("q")) process.exit(0);
  console.log(JSON.stringify(await once()));
});
