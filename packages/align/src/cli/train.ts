/**
 * `llmlingua align train`.
 *
 * @module
 */
import type { Command } from "@commander-js/extra-typings";
import type { Io } from "llmlingua/cli-kit";

export function addTrain(program: Command, _io: Io): void {
  program.command("train");
}
