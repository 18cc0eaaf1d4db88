/**
 * `llmlingua eval …` as commander's tree of commands.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import { examples, type Io, numberIn, visible } from "llmlingua/cli-kit";
import { METHODS, SETS } from "../methods/index.js";
import { ownTask, TASKS } from "../tasks/index.js";
import type { Task } from "../tasks/types.js";
import { type RunFlags, withRunOptions, withTargetOptions } from "./flags.js";
import { quick } from "./quick.js";
import { work } from "./work.js";

const EXAMPLES = examples([
  [
    "llmlingua eval gsm8k --items 5",
    "a few questions of this package, the embedded model, likelihoods only",
  ],
  [
    "llmlingua eval gsm8k --data DIR --target http://127.0.0.1:8000/v1 --model NAME --items 100",
    "the paper's table on a model of yours",
  ],
  [
    "llmlingua eval own prompts.jsonl --target https://api.openai.com/v1 --model gpt-4o-mini --api chat --api-key-env OPENAI_API_KEY --price-in 0.15 --price-out 0.6 --max-cost 2",
    "whether it pays for your prompts",
  ],
]);

/** Reports come with every run. */
const AFTER = `
Every run writes run.json, prompts.jsonl, results.jsonl, report.md, report.html and summary.json to its folder;
the same command goes on where it was; what failed, or changed since, is done again.
${EXAMPLES}`;

/** @param words - the command line, for the record */
export function createCommands(io: Io, words: readonly string[]): Command {
  const program = new Command("llmlingua eval")
    .description("Does compression pay? The papers' experiments, and your own prompts.")
    .usage("<task> [options]")
    .helpOption("-h, --help", "Print this.")
    .helpCommand("help [task]", "Print this, or the help of a task.")
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(visible(text)),
    })
    .addHelpText("after", AFTER)
    .showHelpAfterError("llmlingua eval <task> --help shows what can be given.")
    .exitOverride();
  for (const task of TASKS) addTask(program, task, io, words);
  addOwn(program, io, words);
  addQuick(program, io, words);
  addMethods(program, io);
  return program;
}

function addTask(program: Command, task: Task, io: Io, words: readonly string[]): void {
  const title = task.paper === "" ? task.title : `${task.title} (${task.paper}).`;
  const command = withRunOptions(withTargetOptions(program.command(task.name).description(title)));
  command.optionsGroup(`Of ${task.name}:`);
  for (const [name, help] of Object.entries(task.choices))
    command.option(`--${name} <value>`, help);
  command.action(async (flags) => {
    await show({ task, flags, choices: choicesIn(task, flags), words, report: "methods" }, io);
  });
}

function addOwn(program: Command, io: Io, words: readonly string[]): void {
  const command = program
    .command("own")
    .description("Your own prompts: what each rate keeps, saves and costs.")
    .argument(
      "<FILE>",
      "JSON lines: {prompt} or {instruction, contexts, question} or {messages}, with expected where there is an answer.",
    );
  withRunOptions(withTargetOptions(command as unknown as Command))
    .optionsGroup("Of own:")
    .option(
      "--max-loss <points>",
      "What the recommended rate may cost at most, of a score of 100. Fewer than 300 / points items decide nothing.",
      numberIn({ above: 0, max: 100 }),
      5,
    )
    .action(async (...given) => {
      const [file, flags] = given as unknown as [string, RunFlags & { readonly maxLoss: number }];
      const delta = flags.maxLoss / 100;
      await show({ task: ownTask(file), flags, choices: {}, words, report: "rates", delta }, io);
    });
}

function addQuick(program: Command, io: Io, words: readonly string[]): void {
  const command = program
    .command("quick")
    .description(
      "The main methods on the items of this package with the embedded model, offline; minutes.",
    )
    .usage("[options]");
  withRunOptions(withTargetOptions(command as unknown as Command)).action(async (flags) => {
    await quick(flags, words, io);
  });
}

function addMethods(program: Command, io: Io): void {
  program
    .command("methods")
    .description("List the methods and the sets of them.")
    .action(() => {
      const width = Math.max(...METHODS.map(({ name }) => name.length));
      const line = ({ name, title }: { readonly name: string; readonly title: string }) =>
        `${name.padEnd(width)}  ${title}\n`;
      io.stdout.write(`${METHODS.map(line).join("")}\nSets, for --methods:\n`);
      io.stdout.write(SETS.map(line).join(""));
    });
}

/** Choices have dashes on the command line and are camelCase in flags. */
function choicesIn({ choices }: Task, flags: object): Readonly<Record<string, string>> {
  const given = new Map(Object.entries(flags));
  const pairs = Object.keys(choices).map((name) => {
    const key = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    return [name, given.get(key)] as const;
  });
  return Object.fromEntries(
    pairs.filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

async function show(experiment: Parameters<typeof work>[0], io: Io): Promise<void> {
  const done = await work(experiment, io);
  if (done === undefined) return;
  io.stdout.write(done.markdown);
  io.stderr.write(`Written to ${done.folder}: report.html, report.md and the records.\n`);
}
