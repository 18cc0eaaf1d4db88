/**
 * What commands of other packages are made of (`@llmlingua/eval`, `@llmlingua/align`): the same words, errors and exit codes.
 * Not for users.
 *
 * @module
 */
export { examples } from "./args/examples.js";
export { collect, numberIn } from "./args/parsers.js";
export { UsageError } from "./errors.js";
export type { ExitCode, Io } from "./io.js";
export { report } from "./report.js";
export { visible } from "./visible.js";
