import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { openTrainer, PROJECTIONS } from "./trainer.mjs";
import { readWeights } from "./weights.mjs";

const { Tensor } = createRequire(new URL("../../../packages/core/package.json", import.meta.url))(
  "onnxruntime-node",
);
const t0 = performance.now();
const f = JSON.parse(readFileSync(process.argv[2], "utf8"));
const trainer = await openTrainer(process.env.GRAPHS, readWeights(process.env.MODEL), 2);
const sequence = (seed) => {
  let state = seed;
  return (n, size) =>
    Float32Array.from({ length: n }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state / 2 ** 31 - 1) * size;
    });
};
const { rank, scale, seed, sizeA, sizeB } = f.adapters,
  next = sequence(seed);
const adapters = Array.from({ length: trainer.layers }, () =>
  Object.fromEntries(
    PROJECTIONS.flatMap((p) => {
      const [i, o] = trainer.shapes[p];
      return [
        [`${p}.a`, new Tensor("float32", next(i * rank, sizeA), [i, rank])],
        [`${p}.b`, new Tensor("float32", next(rank * o, sizeB), [rank, o])],
      ];
    }),
  ),
);
const rows = f.ids.length,
  length = f.ids[0].length;
const batch = {
  rows,
  length,
  ids: BigInt64Array.from(f.ids.flat(), BigInt),
  targets: BigInt64Array.from(f.targets.flat(), BigInt),
  weights: Float32Array.from(f.weights.flat()),
};
const t1 = performance.now(),
  r = await trainer.step(batch, adapters, scale),
  t2 = performance.now();
const worst = { norm: 0, probe: 0, entry: 0, entryOfTypical: 0 };
r.gradients.forEach((layer, i) => {
  for (const [name, want] of Object.entries(f.gradients[i])) {
    const g = layer[`${name}.gradient`].data,
      probe = sequence(f.probeSeed)(g.length, 1);
    let n = 0,
      p = 0;
    for (let j = 0; j < g.length; j++) {
      n += g[j] * g[j];
      p += g[j] * probe[j];
    }
    n = Math.sqrt(n);
    p /= n;
    worst.norm = Math.max(worst.norm, Math.abs(n / want.norm - 1));
    worst.probe = Math.max(worst.probe, Math.abs(p - want.probe));
    want.entries.forEach((e, k) => {
      const d = Math.abs(g[Math.floor((g.length * k) / 3)] - e);
      worst.entry = Math.max(worst.entry, d / want.norm);
      worst.entryOfTypical = Math.max(worst.entryOfTypical, d / (want.norm / Math.sqrt(g.length)));
    });
  }
});
let i = 0,
  lp = 0;
for (const v of r.logprobs) if (!Number.isNaN(v)) lp = Math.max(lp, Math.abs(v - f.logprobs[i++]));
console.log({
  loss: [r.loss, f.loss],
  lp,
  worst,
  open: Math.round(t1 - t0),
  step: Math.round(t2 - t1),
  peak: Math.round(process.resourceUsage().maxRSS / 1024),
});
const t3 = performance.now();
await trainer.step(batch, adapters, scale);
console.log("second step", Math.round(performance.now() - t3));
