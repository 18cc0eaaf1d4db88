/**
 * Normalised compression distance: two texts are near when gzip packs them better together.
 *
 * Distance = (C(xy) − min(C(x), C(y))) / max(C(x), C(y)), x the text, y the query, joined by a space
 * (Jiang et al., 2023, "Less is More: Parameter-Free Text Classification with Gzip"); C counts bytes.
 *
 * @module
 */
import { throwIfAborted } from "../errors.js";
import type { Ranker } from "./types.js";

/** Ranks by compression distance, negated so that higher is nearer; needs no model. */
export function gzip(): Ranker {
  return {
    name: "gzip",
    async score(query, texts, { signal } = {}) {
      throwIfAborted(signal);
      const querySize = await gzipSize(query);
      const scores = new Float64Array(texts.length);
      for (const [index, text] of texts.entries()) {
        throwIfAborted(signal);
        const [size, joint] = await Promise.all([gzipSize(text), gzipSize(`${text} ${query}`)]);
        scores[index] = -(joint - Math.min(size, querySize)) / Math.max(size, querySize);
      }
      return scores;
    },
  };
}

/** Bytes of the gzipped UTF-8 of `text`, header and checksum included. */
async function gzipSize(text: string): Promise<number> {
  let size = 0;
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  for await (const chunk of packed) size += chunk.byteLength;
  return size;
}
