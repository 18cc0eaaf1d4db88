/**
 * What the command of `@llmlingua/align` shares with this one: flags, the target, money, progress, the lock.
 * Not for users.
 *
 * @module
 */
export { pricesOf } from "./cli/chosen.js";
export { type ServerFlags, withServerOptions } from "./cli/flags.js";
export { openServer, type ServerParts } from "./cli/open-target.js";
export { progressLine } from "./cli/progress.js";
export { shownWord } from "./cli/shown-word.js";
export { type Random, randomOf } from "./random.js";
export { costOf, createPurse, type Prices, type Purse } from "./run/budget.js";
export { lockFolder } from "./run/lock.js";
