/**
 * How surprising kept and dropped tokens are, as a small inline SVG. Pure.
 *
 * @module
 */
import type { ScoredTokens } from "../../index.js";

/** Bins of one nat; the last also holds everything above. */
const BINS = 11;
const BAR = 30;
const HEIGHT = 120;

export interface SurprisalBin {
  readonly kept: number;
  readonly dropped: number;
}

/** Tokens by surprisal, one nat a bin; tokens without a score are left out. */
export function surprisalBins({ surprisals, kept }: ScoredTokens): SurprisalBin[] {
  const bins = Array.from({ length: BINS }, () => ({ kept: 0, dropped: 0 }));
  for (let i = 0; i < surprisals.length; i++) {
    if (Number.isNaN(surprisals[i])) continue;
    const bin = bins[Math.max(0, Math.min(BINS - 1, Math.floor(surprisals[i])))];
    if (kept[i]) bin.kept++;
    else bin.dropped++;
  }
  return bins;
}

/** Stacked bars, kept below; empty when nothing was scored. */
export function histogram(tokens: ScoredTokens): string {
  const bins = surprisalBins(tokens);
  const highest = Math.max(...bins.map(({ kept, dropped }) => kept + dropped));
  if (highest === 0) return "";
  const scale = (count: number) => Math.round((HEIGHT * count * 10) / highest) / 10;
  const bars = bins.map(({ kept, dropped }, i) => {
    const x = i * BAR + 2;
    const [low, high] = [scale(kept), scale(dropped)];
    const title = `${binName(i)} nats: ${kept} kept, ${dropped} dropped`;
    return (
      `<g><title>${title}</title>` +
      `<rect class="bd" x="${x}" y="${HEIGHT - low - high + 4}" width="${BAR - 4}" height="${high}"/>` +
      `<rect class="bk" x="${x}" y="${HEIGHT - low + 4}" width="${BAR - 4}" height="${low}"/>` +
      `<text x="${x + BAR / 2 - 2}" y="${HEIGHT + 20}">${i === BINS - 1 ? `${i}+` : i}</text></g>`
    );
  });
  const label = "Number of kept and dropped tokens by surprisal in nats";
  const box = `0 0 ${BINS * BAR} ${HEIGHT + 26}`;
  return `<svg viewBox="${box}" role="img" aria-label="${label}">${bars.join("")}</svg>`;
}

function binName(bin: number): string {
  return bin === BINS - 1 ? `${bin} and more` : `${bin}–${bin + 1}`;
}
