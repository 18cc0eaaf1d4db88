/**
 * Distribution alignment: the small model tuned on the large one's own answers.
 *
 * @module
 */
export { AlignmentError, type AlignmentErrorCode } from "./errors.js";
export type { Message, Pair, Role } from "./pairs/types.js";
