/**
 * Up through all layers and back. `training/align/README.md` has the order, and what each graph reads and makes.
 *
 * @module
 */
import type { Batch } from "./batch.js";
import type { Activations } from "./buffers.js";
import type { OpenModel } from "./model.js";
import type { Feeds } from "./runtime.js";
import type { Adapters, FloatTensor } from "./tensors.js";

const GRADIENT = ".gradient";

/** Fills `seen`; returns the last layer's output, [rows · length, hidden]. */
export async function forward(
  { runtime, ends, layers }: OpenModel,
  { ids, rows, length }: Batch,
  feeds: readonly Feeds[],
  seen: Activations,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const given = { input_ids: runtime.int64(ids, [rows, length]), ...ends };
  await runtime.embedding.run(given, { x: seen.x[0] }, signal);
  for (const [layer, fed] of feeds.entries()) {
    const into = { y: seen.x[layer + 1], ...seen.kept[layer] };
    await runtime.forward.run({ x: seen.x[layer], ...fed }, into, signal);
  }
  return seen.x[layers].data as Float32Array;
}

/** From the gradient of the last output, in the first of `seen.gradients`, to the gradients of `adapters`. */
export async function backward(
  { runtime, layers }: OpenModel,
  adapters: Adapters,
  feeds: readonly Feeds[],
  seen: Activations,
  signal: AbortSignal | undefined,
): Promise<Adapters> {
  const found = new Map<string, FloatTensor>();
  let [slope, other] = seen.gradients;
  for (let layer = layers - 1; layer >= 0; layer--) {
    const given = { d_y: slope, x: seen.x[layer], ...seen.kept[layer], ...feeds[layer] };
    const made = await runtime.backward.run(given, { d_x: other }, signal);
    for (const [output, { data, dims }] of Object.entries(made)) {
      if (!output.endsWith(GRADIENT)) continue;
      const name = `layer${layer}.${output.slice(0, -GRADIENT.length)}`;
      if (adapters.has(name)) found.set(name, { dims, data: data as Float32Array });
    }
    [slope, other] = [other, slope];
  }
  return found;
}
