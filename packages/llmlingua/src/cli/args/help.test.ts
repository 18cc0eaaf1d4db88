import { expect, test } from "vitest";
import { compressCommand } from "../commands/compress.js";
import { countCommand } from "../commands/count.js";
import { explainCommand } from "../commands/explain.js";
import { modelsCommand } from "../commands/models.js";
import { kebab } from "./flags.js";
import { commandHelp, programHelp, wrap } from "./help.js";

const COMMANDS = [compressCommand, explainCommand, countCommand, modelsCommand];

test.each(COMMANDS)(
  "help of $name shows an example and every flag, within the width",
  (command) => {
    const help = commandHelp(command, 80);
    expect(help).toContain(`  llmlingua ${command.name} `.trimEnd());
    for (const [key, flag] of Object.entries(command.flags)) {
      const side = { on: "--", off: "--no-", both: "--[no-]" }[flag.sides ?? "on"];
      expect(help).toContain(side + kebab(key));
    }
    const examples = help.indexOf("\nExamples:");
    for (const line of help.slice(0, examples).split("\n")) {
      if (!line.startsWith("Usage:")) expect(line.length).toBeLessThanOrEqual(80);
    }
  },
);

test("the program's help lists every command", () => {
  const help = programHelp(COMMANDS, 100);
  for (const { name, summary } of COMMANDS) expect(help).toMatch(new RegExp(`${name} +${summary}`));
});

test("wrap breaks at spaces and loses no word", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("incomprehensible no", 5)).toEqual(["incomprehensible", "no"]);
});
