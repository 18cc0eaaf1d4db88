/**
 * Words of the command line → exit code. Everything but the process itself.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import type { Command } from "./args/command.js";
import { commandHelp, programHelp } from "./args/help.js";
import { hint } from "./args/nearest.js";
import { compressCommand } from "./commands/compress.js";
import { countCommand } from "./commands/count.js";
import { explainCommand } from "./commands/explain.js";
import { modelsCommand } from "./commands/models.js";
import { llmlinguaCode, UsageError } from "./errors.js";
import type { CliContext, Io } from "./io.js";

/** In the order of the help page. */
const COMMANDS: readonly Command[] = [compressCommand, explainCommand, countCommand, modelsCommand];

/** 0 fine, 1 the work failed, 2 wrong usage or input, 130 cancelled. */
export type ExitCode = 0 | 1 | 2 | 130;

/** Runs one command line; never rejects. */
export async function run(args: readonly string[], context: CliContext): Promise<ExitCode> {
  try {
    return await dispatch(args, context);
  } catch (error) {
    return report(error, context.io);
  }
}

async function dispatch(args: readonly string[], context: CliContext): Promise<ExitCode> {
  const { io } = context;
  const [name, ...rest] = args;
  const width = Math.min(100, Math.max(50, io.stdout.columns ?? 100));
  if (name === undefined) {
    io.stderr.write(programHelp(COMMANDS, width));
    return 2;
  }
  const command = COMMANDS.find((one) => one.name === name);
  if (command) {
    if (asksHelp(rest)) io.stdout.write(commandHelp(command, width));
    else await command.run(rest, context);
    return 0;
  }
  if (name === "--version" || name === "-V") io.stdout.write(`${await version()}\n`);
  else if (name === "--help" || name === "-h" || name === "help") {
    const about = COMMANDS.find((one) => one.name === rest[0]);
    io.stdout.write(about ? commandHelp(about, width) : programHelp(COMMANDS, width));
  } else throw new UsageError(unknownCommand(name));
  return 0;
}

function asksHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end < 0 ? args.length : end).some((arg) => arg === "--help" || arg === "-h");
}

function unknownCommand(name: string): string {
  const names = COMMANDS.map((command) => command.name);
  const kind = name.startsWith("-") ? "option" : "command";
  return `Unknown ${kind} ${name}.${hint(name, names)} Commands: ${names.join(", ")}.`;
}

async function version(): Promise<string> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

function report(error: unknown, { stderr, signal, env }: Io): ExitCode {
  if (signal.aborted) {
    stderr.write("cancelled\n");
    return 130;
  }
  const message = error instanceof Error ? error.message : String(error);
  stderr.write(`error: ${message}\n`);
  const debug = env.DEBUG === "llmlingua";
  if (debug && error instanceof Error) stderr.write(`${error.stack}\n`);
  if (error instanceof UsageError) {
    stderr.write("llmlingua <command> --help shows what can be given.\n");
    return 2;
  }
  const known = llmlinguaCode(error) !== undefined;
  if (!known && !debug)
    stderr.write("This is unexpected; DEBUG=llmlingua shows where it happened.\n");
  return 1;
}
