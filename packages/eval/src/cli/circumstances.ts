/**
 * What a figure depends on besides its configuration: versions, the working folder's commit, machine.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { promisify } from "node:util";
import type { RunHeader } from "../run/types.js";
import { quoted } from "./shown-word.js";

/** Of this process and its working folder. */
export async function circumstancesOf(
  words: readonly string[],
): Promise<Pick<RunHeader, "versions" | "git" | "command">> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(text) as { readonly version: string };
  const cores = cpus();
  const versions = {
    "@llmlingua/eval": version,
    node: process.version,
    machine: `${process.platform} ${process.arch}, ${cores.length} × ${cores[0]?.model.trim() || "unknown processor"}`,
  };
  const git = await commit();
  const command = `llmlingua eval ${words.map(quoted).join(" ")}`;
  return { versions, command, ...(git !== undefined && { git }) };
}

async function commit(): Promise<string | undefined> {
  const run = promisify(execFile);
  try {
    const { stdout } = await run("git", ["rev-parse", "--short=12", "HEAD"]);
    const { stdout: changed } = await run("git", ["status", "--porcelain", "--untracked-files=no"]);
    return stdout.trim() + (changed === "" ? "" : "+");
  } catch {
    return undefined;
  }
}
