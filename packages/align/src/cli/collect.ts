/**
 * `llmlingua align collect`.
 *
 * @module
 */
import type { Command } from "@commander-js/extra-typings";
import type { Io } from "llmlingua/cli-kit";

export function addCollect(program: Command, _io: Io): void {
  program.command("collect");
}
