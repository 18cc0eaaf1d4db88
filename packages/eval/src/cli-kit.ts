/**
 * What the command of `@llmlingua/align` shares with this one: flags, methods, the target, money, progress, the lock,
 * and what ROUGE-L counts.
 * Not for users.
 *
 * @module
 */
export { pricesOf } from "./cli/chosen.js";
export { namesOf, ratiosOf, type ServerFlags, withServerOptions } from "./cli/flags.js";
export { openServer, type ServerParts } from "./cli/open-target.js";
export { progressLine } from "./cli/progress.js";
export { quoted } from "./cli/shown-word.js";
export { namesIn, SETS } from "./methods/index.js";
export { longestCommonSubsequence } from "./metrics/rouge.js";
export { type Random, randomOf } from "./random.js";
export { costOf, createPurse, type Prices, type Purse } from "./run/budget.js";
export { lockFolder } from "./run/lock.js";
export { turnsOf } from "./targets/limited.js";
