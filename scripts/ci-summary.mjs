/**
 * The last line of CI: `N passed, N failed` from vitest's JSON report; exit 1 on failures or none run.
 */
import { readFileSync } from "node:fs";

const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(
  readFileSync(process.argv[2], "utf8"),
);
const failed = Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0);
console.log(`${numPassedTests} passed, ${failed} failed`);
process.exit(failed > 0 || numPassedTests === 0 ? 1 : 0);
