import { createRequire } from "node:module";
import { join } from "node:path";

const ort = createRequire(new URL("../../../packages/core/package.json", import.meta.url))(
  "onnxruntime-node",
);
const { Tensor, InferenceSession } = ort;
const HEAD_ROWS = 256;
const widths = (l) => {
  const [h, qkv] = l["qkv.weight"].dims,
    q = l["output.weight"].dims[0],
    k = (qkv - q) / 2;
  return {
    q: [h, q],
    k: [h, k],
    v: [h, k],
    output: l["output.weight"].dims,
    gate: l["gate.weight"].dims,
    up: l["up.weight"].dims,
    down: l["down.weight"].dims,
  };
};
export const PROJECTIONS = ["q", "k", "v", "output", "gate", "up", "down"];
export async function openTrainer(graphs, weights, threads) {
  const options = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  };
  const open = (n) => InferenceSession.create(join(graphs, `${n}.onnx`), options);
  const [embedding, forward, backward, head] = await Promise.all(
    ["embedding", "block-forward", "block-backward", "head"].map(open),
  );
  const T = (w) => new Tensor(w.type, w.data, w.dims);
  const layers = weights.layers.map((l) =>
    Object.fromEntries(Object.entries(l).map(([n, w]) => [n, T(w)])),
  );
  const { "head.rows": rows, "head.scales": scales } = weights.ends,
    [vocabulary, hidden] = rows.dims;
  const table = new Float32Array(rows.data.length);
  for (let r = 0, i = 0; r < vocabulary; r++) {
    const s = scales.data[r];
    for (const end = i + hidden; i < end; i++) table[i] = rows.data[i] * s;
  }
  const headTensor = new Tensor("float32", table, [vocabulary, hidden]);
  const ends = {
    "head.rows": T(rows),
    "head.scales": T(scales),
    "embedding.map": T(weights.ends["embedding.map"]),
  };
  const pick = (session, from) => Object.fromEntries(session.inputNames.map((n) => [n, from[n]]));
  const shapes = widths(weights.layers[0]),
    savedWidths = {
      qkv: weights.layers[0]["qkv.weight"].dims[1],
      attended: shapes.output[0],
      middle: hidden,
      gate: shapes.gate[1],
      up: shapes.up[1],
    };
  let buffers;
  const f32 = (dims) =>
    new Tensor("float32", new Float32Array(dims.reduce((a, b) => a * b, 1)), dims);
  const makeBuffers = (b, s) => {
    if (buffers?.key === `${b}.${s}`) return buffers;
    buffers = {
      key: `${b}.${s}`,
      x: Array.from({ length: layers.length + 1 }, () => f32([b, s, hidden])),
      saved: layers.map(() =>
        Object.fromEntries(Object.entries(savedWidths).map(([n, w]) => [n, f32([b, s, w])])),
      ),
      d: [f32([b, s, hidden]), f32([b, s, hidden])],
    };
    return buffers;
  };
  return {
    shapes,
    layers: layers.length,
    /** batch: {ids, targets: BigInt64Array, weights: Float32Array, rows, length}; adapters: per layer {"q.a": Tensor,…} */
    async step(batch, adapters, scale, times = {}) {
      const clock = (n, since) => {
        times[n] = (times[n] ?? 0) + performance.now() - since;
      };
      const { rows: b, length: s } = batch,
        buf = makeBuffers(b, s);
      const half = weights.ends.cos.dims[1];
      const common = {
        cos: new Tensor("float32", weights.ends.cos.data.subarray(0, s * half), [s, half]),
        sin: new Tensor("float32", weights.ends.sin.data.subarray(0, s * half), [s, half]),
        adapter_scale: new Tensor("float32", Float32Array.of(scale), []),
      };
      let t = performance.now();
      await embedding.run(
        { input_ids: new Tensor("int64", batch.ids, [b, s]), ...ends },
        { x: buf.x[0] },
      );
      for (let i = 0; i < layers.length; i++)
        await forward.run(pick(forward, { x: buf.x[i], ...layers[i], ...adapters[i], ...common }), {
          y: buf.x[i + 1],
          ...buf.saved[i],
        });
      clock("forward", t);
      t = performance.now();
      const last = buf.x[layers.length].data,
        logprobs = new Float32Array(b * s).fill(Number.NaN);
      let [d, other] = buf.d;
      d.data.fill(0);
      const at = [];
      for (let i = 0; i < b * s; i++) if (batch.weights[i] !== 0) at.push(i);
      for (let start = 0; start < at.length; start += HEAD_ROWS) {
        const part = at.slice(start, start + HEAD_ROWS),
          n = part.length,
          x = new Float32Array(n * hidden);
        part.forEach((p, j) => x.set(last.subarray(p * hidden, (p + 1) * hidden), j * hidden));
        const made = await head.run({
          x: new Tensor("float32", x, [n, hidden]),
          targets: new Tensor(
            "int64",
            BigInt64Array.from(part, (p) => batch.targets[p]),
            [n],
          ),
          weights: new Tensor(
            "float32",
            Float32Array.from(part, (p) => batch.weights[p]),
            [n],
          ),
          head: headTensor,
        });
        part.forEach((p, j) => {
          logprobs[p] = made.logprobs.data[j];
          d.data.set(made.d_x.data.subarray(j * hidden, (j + 1) * hidden), p * hidden);
        });
      }
      clock("head", t);
      t = performance.now();
      const gradients = Array(layers.length);
      for (let i = layers.length - 1; i >= 0; i--) {
        const fetches = { d_x: other };
        for (const n of backward.outputNames) if (n !== "d_x") fetches[n] = null;
        const made = await backward.run(
          pick(backward, {
            d_y: d,
            x: buf.x[i],
            ...buf.saved[i],
            ...layers[i],
            ...adapters[i],
            ...common,
          }),
          fetches,
        );
        gradients[i] = made;
        [d, other] = [other, d];
      }
      clock("backward", t);
      let loss = 0;
      for (const i of at) loss -= batch.weights[i] * logprobs[i];
      return { loss, logprobs, gradients };
    },
  };
}
export function randomAdapters(trainer, rank, bScale = 0.02) {
  let state = 1;
  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;
  const make = (r, c, s) =>
    new Tensor(
      "float32",
      Float32Array.from({ length: r * c }, () => uniform() * s),
      [r, c],
    );
  return Array.from({ length: trainer.layers }, () =>
    Object.fromEntries(
      PROJECTIONS.flatMap((p) => {
        const [i, o] = trainer.shapes[p];
        return [
          [`${p}.a`, make(i, rank, Math.sqrt(3 / i))],
          [`${p}.b`, make(rank, o, bScale)],
        ];
      }),
    ),
  );
}
