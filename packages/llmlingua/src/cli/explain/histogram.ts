/**
 * How surprising kept and dropped tokens are, as a small inline SVG. Pure.
 *
 * @module
 */
import type { ScoredTokens } from "../../index.js";
import { type Scale, withUnit } from "./scale.js";

/** The last bin also holds everything above. */
const BINS = 11;
const BAR = 30;
const HEIGHT = 120;

export interface SurprisalBin {
  readonly kept: number;
  readonly dropped: number;
}

/** Tokens by score, `width` a bin; tokens without a score are left out. */
export function surprisalBins({ surprisals, kept }: ScoredTokens, width = 1): SurprisalBin[] {
  const bins = Array.from({ length: BINS }, () => ({ kept: 0, dropped: 0 }));
  for (let i = 0; i < surprisals.length; i++) {
    if (Number.isNaN(surprisals[i])) continue;
    const bin = bins[Math.max(0, Math.min(BINS - 1, Math.floor(surprisals[i] / width)))];
    if (kept[i]) bin.kept++;
    else bin.dropped++;
  }
  return bins;
}

/** Stacked bars, kept below; empty when nothing was scored. */
export function histogram(tokens: ScoredTokens, scale: Scale): string {
  const bins = surprisalBins(tokens, scale.bin);
  const highest = Math.max(...bins.map(({ kept, dropped }) => kept + dropped));
  if (highest === 0) return "";
  const height = (count: number) => Math.round((HEIGHT * count * 10) / highest) / 10;
  const bars = bins.map(({ kept, dropped }, i) => {
    const x = i * BAR + 2;
    const [low, high] = [height(kept), height(dropped)];
    const title = `${binName(i, scale)}: ${kept} kept, ${dropped} dropped`;
    const foot = `${edge(i, scale)}${i === BINS - 1 ? "+" : ""}`;
    return (
      `<g><title>${title}</title>` +
      `<rect class="bd" x="${x}" y="${HEIGHT - low - high + 4}" width="${BAR - 4}" height="${high}"/>` +
      `<rect class="bk" x="${x}" y="${HEIGHT - low + 4}" width="${BAR - 4}" height="${low}"/>` +
      `<text x="${x + BAR / 2 - 2}" y="${HEIGHT + 20}">${foot}</text></g>`
    );
  });
  const label = `Number of kept and dropped tokens by ${scale.name}`;
  const box = `0 0 ${BINS * BAR} ${HEIGHT + 26}`;
  return `<svg viewBox="${box}" role="img" aria-label="${label}">${bars.join("")}</svg>`;
}

function binName(bin: number, scale: Scale): string {
  const from = edge(bin, scale);
  return withUnit(bin === BINS - 1 ? `${from} and more` : `${from}–${edge(bin + 1, scale)}`, scale);
}

/** Where a bin starts: 0.3 rather than 0.30000000000000004. */
function edge(bin: number, { bin: width }: Scale): string {
  return String(Number((bin * width).toFixed(2)));
}
