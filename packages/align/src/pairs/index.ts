/**
 * Pairs: ids, reading, writing, splitting.
 *
 * @module
 */
export { conversationGroup, groupOf, pairId } from "./id.js";
export { type Journal, PAIR_BEGIN, pairRecord, readJournal } from "./journal.js";
export { cannotRead, decoded, linesOf } from "./lines.js";
export { jsonOf, type PairFile, pairOf, type ReadPairsOptions, readPairs } from "./read.js";
export { MESSAGES, reasonOf, TEXT } from "./schema.js";
export { type Split, type SplitOptions, splitPairs } from "./split.js";
export type { Message, Pair, Role } from "./types.js";
export { mostUsage, usageOf } from "./usage.js";
