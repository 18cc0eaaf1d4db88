/**
 * Numbers as people read them, with units. Pure.
 *
 * @module
 */
import type { CompressedPrompt } from "../index.js";

/** `2365`, `12,345`: grouped from five digits on. */
export function formatCount(n: number): string {
  return n < 10_000 ? String(n) : n.toLocaleString("en-US");
}

/** `850 ms`, `1.9 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Decimal units, as in file managers: `1.5 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${["kB", "MB", "GB"][power - 1]}`;
}

/** `11.8x`. */
export function formatRatio(ratio: number): string {
  return `${ratio.toFixed(1)}x`;
}

/** `2365 → 200 tokens (cl100k_base), 11.8x, 1.9 s`. */
export function summaryLine(result: CompressedPrompt): string {
  const { originalTokens, compressedTokens, tokenizer, ratio, timings } = result;
  const counts = `${formatCount(originalTokens)} → ${formatCount(compressedTokens)} tokens`;
  return `${counts} (${tokenizer}), ${formatRatio(ratio)}, ${formatDuration(timings.totalMs)}`;
}

/** What `--rate auto` came to: `rate auto: 0.32, for 80.0 % of the information`. */
export function autoLine({ auto }: Pick<CompressedPrompt, "auto">): string | undefined {
  if (auto === undefined) return undefined;
  const { rate, information, questionLoss } = auto;
  const reasons = [
    ...(information === undefined
      ? []
      : [`${(100 * information).toFixed(1)} % of the information`]),
    ...(questionLoss === undefined
      ? []
      : [`a question less likely by ${questionLoss.toFixed(2)} nats per token`]),
  ];
  return [`rate auto: ${rate.toFixed(2)}`, ...reasons].join(", for ");
}

/** JSON on one line: typed arrays as arrays (float32 to its 9 significant digits), NaN as null. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (item instanceof Float32Array) return Array.from(item, (n) => Number(n.toPrecision(9)));
    if (ArrayBuffer.isView(item) && !(item instanceof DataView)) {
      return Array.from(item as Uint8Array);
    }
    return item;
  });
}
