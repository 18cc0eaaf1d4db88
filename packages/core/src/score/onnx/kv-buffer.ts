/**
 * The memory of a decoder: keys and values of the tokens read so far, one pair per layer. Pure.
 *
 * One buffer per layer serves as past and as present of the graph (the shared-buffer mode of ONNX
 * Runtime's GroupQueryAttention): the graph writes new rows in place and the caller says how many
 * rows count, so forgetting a token is a smaller number.
 *
 * @module
 */

/** Shape of the memory; a row is one token's vector in one head. */
export interface KvShape {
  readonly layers: number;
  readonly kvHeads: number;
  readonly headSize: number;
}

/** Buffers of every layer, each [kvHeads, capacity, headSize]. */
export interface KvBuffers {
  /** Rows each head has room for. */
  readonly capacity: number;
  readonly keys: readonly Float32Array[];
  readonly values: readonly Float32Array[];
}

/** Rows of the first allocation. */
const FIRST_CAPACITY = 512;

/** Room for `rows`: doubled from 512 until it is enough, never above `maxTokens`. */
export function capacityFor(rows: number, maxTokens: number): number {
  let capacity = Math.min(FIRST_CAPACITY, maxTokens);
  while (capacity < rows) capacity = Math.min(capacity * 2, maxTokens);
  return capacity;
}

/** Buffers of a new capacity that hold the first `rows` rows of the old ones. */
export function resized(
  shape: KvShape,
  capacity: number,
  old: KvBuffers | undefined,
  rows: number,
): KvBuffers {
  const grow = (source: Float32Array | undefined) =>
    copyRows(shape, source, old?.capacity ?? 0, capacity, rows);
  const layers = Array.from({ length: shape.layers }, (_, layer) => layer);
  return {
    capacity,
    keys: layers.map((layer) => grow(old?.keys[layer])),
    values: layers.map((layer) => grow(old?.values[layer])),
  };
}

function copyRows(
  { kvHeads, headSize }: KvShape,
  source: Float32Array | undefined,
  oldCapacity: number,
  capacity: number,
  rows: number,
): Float32Array {
  const target = new Float32Array(kvHeads * capacity * headSize);
  if (source === undefined) return target;
  for (let head = 0; head < kvHeads; head++) {
    const start = head * oldCapacity * headSize;
    target.set(source.subarray(start, start + rows * headSize), head * capacity * headSize);
  }
  return target;
}
