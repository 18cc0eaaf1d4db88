/**
 * Pairs as tokens.
 *
 * @module
 */
export {
  type EncodedPair,
  type EncodeOptions,
  encodePair,
  TEMPLATES,
  type Template,
} from "./encode-pair.js";
