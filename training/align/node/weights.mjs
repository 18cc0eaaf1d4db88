// Reads initialisers of scorer.onnx: names, dims, where their bytes are. No protobuf library.
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";

function* fields(bytes, start, end) {
  let at = start;
  const varint = () => {
    let v = 0,
      m = 1;
    for (;;) {
      const b = bytes[at++];
      v += (b & 127) * m;
      if (b < 128) return v;
      m *= 128;
    }
  };
  while (at < end) {
    const key = varint(),
      number = Math.floor(key / 8),
      kind = key & 7;
    if (kind === 0) yield { number, value: varint() };
    else if (kind === 2) {
      const n = varint();
      yield { number, start: at, end: at + n };
      at += n;
    } else if (kind === 5) at += 4;
    else if (kind === 1) at += 8;
    else throw new Error(`wire type ${kind}`);
  }
}
const text = (b, f) => b.toString("utf8", f.start, f.end);
export function initializers(file) {
  const bytes = readFileSync(file),
    found = new Map();
  for (const m of fields(bytes, 0, bytes.length))
    if (m.number === 7)
      for (const g of fields(bytes, m.start, m.end))
        if (g.number === 5) {
          const t = { dims: [], type: 0, name: "", external: {} };
          for (const f of fields(bytes, g.start, g.end)) {
            if (f.number === 1) {
              if (f.value !== undefined) t.dims.push(f.value);
              else for (const p of packed(bytes, f)) t.dims.push(p);
            } else if (f.number === 2) t.type = f.value;
            else if (f.number === 8) t.name = text(bytes, f);
            else if (f.number === 9) t.raw = bytes.subarray(f.start, f.end);
            else if (f.number === 13) {
              let k, v;
              for (const e of fields(bytes, f.start, f.end))
                e.number === 1 ? (k = text(bytes, e)) : (v = text(bytes, e));
              t.external[k] = v;
            }
          }
          found.set(t.name, t);
        }
  return found;
}
function packed(bytes, f) {
  const out = [];
  let at = f.start;
  while (at < f.end) {
    let v = 0,
      m = 1;
    for (;;) {
      const b = bytes[at++];
      v += (b & 127) * m;
      if (b < 128) break;
      m *= 128;
    }
    out.push(v);
  }
  return out;
}
export function readWeights(folder) {
  const table = initializers(join(folder, "scorer.onnx")),
    fds = new Map();
  const read = (name) => {
    const t = table.get(name);
    if (!t) throw new Error(`no ${name}`);
    const length = t.raw ? t.raw.length : Number(t.external.length);
    const buffer = new ArrayBuffer(length),
      view = new Uint8Array(buffer);
    if (t.raw) view.set(t.raw);
    else {
      const path = join(folder, t.external.location);
      if (!fds.has(path)) fds.set(path, openSync(path));
      readSync(fds.get(path), view, 0, length, Number(t.external.offset));
    }
    const data =
      t.type === 1 ? new Float32Array(buffer) : t.type === 3 ? new Int8Array(buffer) : null;
    return { type: t.type === 1 ? "float32" : "int8", dims: t.dims, data };
  };
  const count = [...table.keys()].filter((n) => n.endsWith(".qkv.weight")).length;
  const matrices = ["qkv", "output", "gate", "up", "down"];
  const layers = Array.from({ length: count }, (_, i) =>
    Object.fromEntries(
      matrices.flatMap((m) =>
        ["weight", "scale"].map((p) => [`${m}.${p}`, read(`layer${i}.${m}.${p}`)]),
      ),
    ),
  );
  const ends = Object.fromEntries(
    ["head.rows", "head.scales", "embedding.map", "cos", "sin"].map((n) => [n, read(n)]),
  );
  for (const fd of fds.values()) closeSync(fd);
  return { layers, ends };
}
