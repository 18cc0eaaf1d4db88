/**
 * Size ceilings for source files: half of them at most 80 lines, nine in ten at most 250, none over 400.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const files = execFileSync("git", ["ls-files", "packages/*/src/*.ts"], { encoding: "utf8" })
  .split("\n")
  .filter((file) => file !== "" && !file.endsWith(".test.ts") && existsSync(file));
const sizes = files
  .map((file) => ({ file, lines: readFileSync(file, "utf8").split("\n").length - 1 }))
  .sort((a, b) => a.lines - b.lines);
const at = (share) => sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * share))].lines;
const limits = [
  ["median", at(0.5), 80],
  ["nine in ten", at(0.9), 250],
  ["largest", at(1), 400],
];
const tooLong = limits.filter(([, lines, limit]) => lines > limit);
console.log(
  `${sizes.length} source files: ${limits.map(([name, lines, limit]) => `${name} ${lines} (≤ ${limit})`).join(", ")}`,
);
if (tooLong.length > 0) {
  for (const { file, lines } of sizes.slice(-5)) console.error(`  ${lines} ${file}`);
  process.exit(1);
}
