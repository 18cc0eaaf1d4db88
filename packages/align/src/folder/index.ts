/**
 * The folder of an aligned scorer: a scorer like any other, with a record of its training.
 *
 * @module
 */
export { checkOut, type OutState } from "./out.js";
export { readTraining } from "./read.js";
export { type TrainingRecord, trainingSchema } from "./record.js";
export { recoverOut } from "./recover.js";
export { type ScorerFolder, writeScorerFolder } from "./write.js";
