/**
 * Speed and memory of a training step, beside PyTorch's on the same batch and threads.
 *
 *   node bench/align/step.mjs [--rows 4] [--length 256] [--share 0.6] [--rank 8] [--threads 2] [--rounds 5]
 *     [--python PYTHON] [--model FOLDER]
 *
 * Steps of both take turns; medians. `--share` of the tokens are targets. With `--python`, an interpreter that has
 * training/requirements.txt, PyTorch's autograd in float32 runs the same step (training/align/torch_reference.py);
 * losses must agree to 0.001 nats. Other work on the machine makes the ratio of more than one thread worthless, so it is
 * given only where the load before was below a half; otherwise times alone are printed, with the load.
 */
import { spawn } from "node:child_process";
import { loadavg } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openTrainingGraphs } from "../../packages/align/dist/index.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const text = (value) => ({ type: "string", ...(value !== undefined && { default: value }) });
const { values } = parseArgs({
  options: {
    ...{ rows: text("4"), length: text("256"), share: text("0.6"), rank: text("8") },
    ...{ threads: text("2"), rounds: text("5"), python: text() },
    model: text(here("../../packages/model-smollm2-135m/model")),
  },
});
const [rows, length, share, rank, threads, rounds] = [
  ...["rows", "length", "share", "rank", "threads", "rounds"],
].map((name) => Number(values[name]));
const scale = 2;
const [load] = loadavg();

/** As training/align/sequence.py. */
function sequenceOf(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

const draw = sequenceOf(7);
const tokens = rows * length;
const ids = Array.from({ length: tokens }, () => Math.floor(((draw() + 1) / 2) * 49152));
const weights = ids.map(() => ((draw() + 1) / 2 < share ? 1 / tokens : 0));
const targets = ids.map((_, i) => ids[(i + 1) % tokens]);
const batch = {
  ...{ rows, length, weights: Float32Array.from(weights) },
  ids: BigInt64Array.from(ids, BigInt),
  targets: BigInt64Array.from(targets, BigInt),
};

const graphs = await openTrainingGraphs({ base: values.model, threads });
const next = sequenceOf(1);
const tensor = (dims, size) => ({
  dims,
  data: Float32Array.from({ length: dims[0] * dims[1] }, () => next() * size),
});
const adapters = new Map();
for (let layer = 0; layer < graphs.layers; layer++) {
  for (const [name, [inputs, outputs]] of Object.entries(graphs.widths)) {
    adapters.set(`layer${layer}.${name}.a`, tensor([inputs, rank], 0.05));
    adapters.set(`layer${layer}.${name}.b`, tensor([rank, outputs], 0.02));
  }
}

async function node() {
  const start = performance.now();
  const { loss } = await graphs.step(batch, { adapters, scale });
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  return { seconds: (performance.now() - start) / 1000, loss, peak };
}

async function startPyTorch() {
  const words = ["--model", values.model, "--threads", String(threads)];
  const child = spawn(values.python, [here("../../training/align/bench_step.py"), ...words], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (line) => {
    child.stdin.write(`${line}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error("PyTorch's side ended; its words are above.");
    return JSON.parse(value);
  };
  await ask(JSON.stringify({ rows, length, ids, targets, weights, rank, scale }));
  return { step: () => ask("step"), end: () => child.stdin.end() };
}

const sides = { "ONNX Runtime": node };
const torch = values.python === undefined ? undefined : await startPyTorch();
if (torch !== undefined) sides.PyTorch = torch.step;
const results = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
for (let round = 0; round <= rounds; round++) {
  for (const [name, step] of Object.entries(sides)) {
    const result = await step();
    if (round > 0) results[name].push(result);
  }
}
torch?.end();
await graphs.close();

const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];
console.log(
  `${rows} × ${length} tokens, ${Math.round(100 * share)} % targets, rank ${rank}, ${threads} threads, ${rounds} rounds, load before ${load.toFixed(1)}`,
);
const speeds = {};
for (const [name, runs] of Object.entries(results)) {
  speeds[name] = tokens / median(runs.map(({ seconds }) => seconds));
  const { loss, peak } = runs.at(-1);
  console.log(
    `${name}: ${Math.round(speeds[name])} tokens/s, loss ${loss.toFixed(6)}, at most ${peak} MB`,
  );
}
if (torch !== undefined) {
  const ratio = (speeds["ONNX Runtime"] / speeds.PyTorch).toFixed(2);
  console.log(
    load < 0.5 || threads === 1
      ? `ratio: ${ratio}x PyTorch's speed`
      : "ratio: not given, for others use the machine; try again, or with --threads 1",
  );
  const [one, other] = Object.values(results).map((runs) => runs.at(-1).loss);
  if (Math.abs(one - other) > 1e-3) throw new Error(`The losses differ: ${one} and ${other}.`);
}
