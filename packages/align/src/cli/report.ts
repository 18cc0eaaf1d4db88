/**
 * `llmlingua align report`.
 *
 * @module
 */
import type { Command } from "@commander-js/extra-typings";
import type { Io } from "llmlingua/cli-kit";

export function addReport(program: Command, _io: Io): void {
  program.command("report");
}
