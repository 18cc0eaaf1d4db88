/**
 * `llmlingua models`: which scorers there are, and where.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Command } from "@commander-js/extra-typings";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import { examples } from "../args/examples.js";
import { collect } from "../args/parsers.js";
import { formatBytes, toJson } from "../format.js";
import type { CliContext } from "../io.js";
import { verboseOption } from "../output.js";
import { visibleLine } from "../visible.js";
import type { ModelInfo } from "./model-folder.js";

const EXAMPLES = examples([
  ["llmlingua models", "the embedded model"],
  ["llmlingua models --model ./my-scorer --json", "and one of your own, as JSON"],
]);

/** Adds it to the program. */
export function addModels(program: Command, { io }: CliContext): void {
  program
    .command("models")
    .description("Show the embedded scorer and the ones in folders of yours.")
    .usage("[DIR…] [options]")
    .argument("[DIR...]", "Other scorers' folders.")
    .option("--model <DIR>", "The same as DIR; may be given more than once.", collect)
    .option("--json", "Print an array of models as JSON.")
    .addOption(verboseOption)
    .addHelpText("after", EXAMPLES)
    .action(async (folders, { model = [], json }) => {
      // Late, for it brings zod: help needs none.
      const { readModel } = await import("./model-folder.js");
      const models = [await readModel(fileURLToPath(modelDirectory), true)];
      for (const path of [...folders, ...model]) models.push(await readModel(path, false));
      io.stdout.write(json ? `${toJson(models)}\n` : models.map(describe).join("\n"));
    });
}

/** What a folder does not say is left out, but for the licence. */
function describe(model: ModelInfo): string {
  const rows: readonly (readonly [label: string, value: string | undefined])[] = [
    ["base", model.base],
    ["adapter", model.adapter],
    ["precision", model.precision],
    ["parameters", model.parameters === undefined ? undefined : millions(model.parameters)],
    ["size", formatBytes(model.bytes)],
    ["licence", model.licence ?? "unknown"],
    ["source", model.source],
    ["path", model.path],
  ];
  const known = rows.flatMap(([label, value]) =>
    value === undefined ? [] : `  ${label.padEnd(10)}  ${visibleLine(value)}\n`,
  );
  const head = `${visibleLine(model.name)}${model.embedded ? " (embedded)" : ""}\n`;
  return head + known.join("");
}

function millions(parameters: number): string {
  return `${Number((parameters / 1e6).toPrecision(4))} million`;
}
