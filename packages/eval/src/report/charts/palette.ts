/**
 * Colours and markers that stay apart for colour-blind readers and in print. Pure.
 *
 * Hues of Okabe and Ito, those too pale for their ground darkened or lightened; every method has a
 * marker besides.
 *
 * @module
 */

const LIGHT = ["#0072b2", "#d55e00", "#008a65", "#b8528f", "#1c1b1a", "#9a6a00", "#4a9fd0"];
const DARK = ["#56b4e9", "#ff8a3d", "#2bc79a", "#e29bc3", "#f1eee9", "#e6b422", "#8fa4ff"];

/** Plot's names, with the same shapes as SVG paths around 0, 0 for legends. */
const MARKERS = {
  circle: "M4,0A4,4,0,1,1,-4,0A4,4,0,1,1,4,0Z",
  square: "M-3.5,-3.5h7v7h-7Z",
  triangle: "M0,-6.2L5.4,3.1L-5.4,3.1Z",
  diamond: "M0,-6.6L3.8,0L0,6.6L-3.8,0Z",
  cross: "M-4.8,-1.6h3.2v-3.2h3.2v3.2h3.2v3.2h-3.2v3.2h-3.2v-3.2h-3.2Z",
  star: "M0,-6.7L1.5,-2.1L6.4,-2.1L2.4,.8L3.9,5.4L0,2.6L-3.9,5.4L-2.4,.8L-6.4,-2.1L-1.5,-2.1Z",
  wye: "M1.9,1.1L1.9,4.9L-1.9,4.9L-1.9,1.1L-5.2,-.8L-3.3,-4.1L0,-2.2L3.3,-4.1L5.2,-.8Z",
} as const;

type Marker = keyof typeof MARKERS;

/** How a method is drawn. */
export interface Look {
  /** A CSS colour: a variable of the page, so that it follows light and dark. */
  readonly colour: string;
  readonly marker: Marker;
}

const NAMES = Object.keys(MARKERS) as Marker[];

/** 49 looks, then over again. */
export function lookOf(index: number): Look {
  const colour = index % LIGHT.length;
  const marker = (index + Math.floor(index / LIGHT.length)) % NAMES.length;
  return { colour: `var(--c${colour})`, marker: NAMES[marker] };
}

/** A marker in a line of text. */
export function markerSvg({ colour, marker }: Look): string {
  return `<svg class="marker" viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true"><path fill="${colour}" d="${MARKERS[marker]}"/></svg>`;
}

const variables = (colours: readonly string[]) =>
  colours.map((colour, i) => `--c${i}:${colour}`).join(";");

/** Declarations for `:root`. */
export const LIGHT_COLOURS = variables(LIGHT);
export const DARK_COLOURS = variables(DARK);
