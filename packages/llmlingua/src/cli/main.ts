/**
 * Entry file of the `llmlingua` command: the only one that touches the process.
 *
 * @module
 */
import { loadPackaged } from "./commands/packaged.js";
import { systemCode } from "./errors.js";
import { run } from "./run.js";

const controller = new AbortController();
// The first Ctrl-C cancels; with the listener gone, a second one kills.
process.once("SIGINT", () => controller.abort());

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error) => {
    // The reader went away, as with `| head`: nothing is left to say to it.
    if (systemCode(error) === "EPIPE") process.exit(0);
    throw error;
  });
}

const { stdin, stdout, stderr, env } = process;
const io = { stdin, stdout, stderr, env, signal: controller.signal };
const code = await run(process.argv.slice(2), {
  io,
  packaged: loadPackaged,
  library: () => import("./library.js"),
});
process.exitCode = code;
// Standard input that was not read to its end must not keep a cancelled command alive.
if (code === 130) process.exit();
