#!/usr/bin/env node
import { existsSync } from "node:fs";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  process.stderr.write(
    "error: llmlingua is not built yet. Run `npm run build` in its repository.\n",
  );
  process.exitCode = 1;
}
