/**
 * Statistics: scores of items in; means, intervals and p-values out. Pure, and a seed fixes every draw.
 *
 * @module
 */
export { bootstrapMean, type Interval } from "./bootstrap.js";
export { holm } from "./holm.js";
export { pairedDifference, type ScoredItem } from "./paired.js";
