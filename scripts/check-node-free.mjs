/**
 * The root entry of @llmlingua/core must run in browsers and edge runtimes: no module that it
 * reaches statically may import a Node module.
 */
import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";

const builtins = new Set(builtinModules);
const seen = new Set();
const found = [];

function visit(file) {
  if (seen.has(file)) return;
  seen.add(file);
  const source = readFileSync(file, "utf8");
  for (const [, name] of source.matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g)) {
    if (name.startsWith("node:") || builtins.has(name)) found.push(`${file} imports ${name}`);
    if (name.startsWith(".")) visit(join(dirname(file), name));
  }
}

visit("packages/core/dist/index.js");
visit("packages/core/dist/classify/index.js");
if (found.length > 0) {
  console.error(found.join("\n"));
  process.exit(1);
}
console.log(`root and classify entries are free of Node imports (${seen.size} modules)`);
