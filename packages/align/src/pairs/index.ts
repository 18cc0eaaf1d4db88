/**
 * Pairs: ids, reading, writing, splitting.
 *
 * @module
 */
export { pairId } from "./id.js";
export { type Journal, openJournal, pairRecord } from "./journal.js";
export { cannotRead, linesOf } from "./lines.js";
export { jsonOf, type PairFile, pairOf, type ReadPairsOptions, readPairs } from "./read.js";
export { MESSAGES, reasonOf } from "./schema.js";
export { type Split, type SplitOptions, splitPairs } from "./split.js";
export type { Message, Pair, Role } from "./types.js";
