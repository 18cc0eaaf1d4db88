/**
 * Statistics: scores of items in; means, intervals and p-values out. Pure, and a seed fixes every draw.
 *
 * @module
 */
export {
  type BootstrapOptions,
  bootstrapMean,
  bootstrapRatio,
  type Interval,
} from "./bootstrap.js";
export { crossedMean } from "./crossed.js";
export { holm } from "./holm.js";
export {
  type PairedDifference,
  type PairedOptions,
  pairedDifference,
  type ScoredItem,
} from "./paired.js";
export { type SignFlipOptions, signFlipP } from "./sign-flip.js";
