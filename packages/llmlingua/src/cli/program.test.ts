import { expect, test } from "vitest";
import { fakeOutside } from "../../test/cli-fakes.js";
import { createProgram } from "./program.js";

const { context } = fakeOutside();
const io = { ...context.io, stdout: { ...context.io.stdout, columns: 80 } };
const program = createProgram({ ...context, io }, "1.2.3");

test.each(program.commands.map((command) => [command.name(), command] as const))(
  "help of %s shows an example and every option, within the width",
  (name, command) => {
    const help: string[] = [];
    command.configureOutput({ writeOut: (text) => help.push(text) }).outputHelp();
    const [text, examples] = help.join("").split("\nExamples:\n");
    expect(examples).toContain(`  llmlingua ${name}`);
    for (const { flags } of command.options) expect(text).toContain(flags);
    for (const line of text.split("\n")) {
      if (!line.startsWith("Usage:")) expect(line.length).toBeLessThanOrEqual(80);
    }
  },
);

test("the program's help lists every command", () => {
  const help = program.helpInformation().replace(/\s+/g, " ");
  for (const command of program.commands) {
    expect(help).toContain(` ${command.name()} ${command.description()} `);
  }
});
