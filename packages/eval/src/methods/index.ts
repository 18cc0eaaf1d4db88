/**
 * How a prompt is brought down to a size.
 *
 * @module
 */
export { bodyOf } from "./body.js";
export type { Options } from "./library.js";
export { METHODS, optionsMethods } from "./list.js";
export { namesIn, SETS } from "./sets.js";
export type { Method, Work } from "./types.js";
