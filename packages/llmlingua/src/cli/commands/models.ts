/**
 * `llmlingua models`: which scorers there are, and where.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import { defineCommand } from "../args/command.js";
import { group, texts, toggle } from "../args/flags.js";
import { formatBytes, toJson } from "../format.js";
import { commonFlags } from "../output.js";
import { type ModelInfo, readModel } from "./model-folder.js";

export const modelsCommand = defineCommand({
  name: "models",
  summary: "Show the embedded scorer and the ones in folders of yours.",
  usage: "[options]",
  flags: {
    ...group("Options", {
      model: texts("DIR", "Another scorer's folder; may be given more than once."),
      json: toggle("Print an array of models as JSON."),
    }),
    ...commonFlags,
  },
  examples: [
    ["llmlingua models", "the embedded model"],
    ["llmlingua models --model ./my-scorer --json", "and one of your own, as JSON"],
  ],
  async run({ values, positionals }, { io }) {
    const embedded = await readModel(fileURLToPath(modelDirectory), true);
    const models = [embedded];
    for (const path of [...positionals, ...(values.model ?? [])]) {
      models.push(await readModel(path, false));
    }
    io.stdout.write(values.json ? `${toJson(models)}\n` : models.map(describe).join("\n"));
  },
});

/** What a folder does not say is left out, but for the licence. */
function describe(model: ModelInfo): string {
  const rows: readonly (readonly [label: string, value: string | undefined])[] = [
    ["precision", model.precision],
    ["parameters", model.parameters === undefined ? undefined : millions(model.parameters)],
    ["size", formatBytes(model.bytes)],
    ["licence", model.licence ?? "unknown"],
    ["source", model.source],
    ["path", model.path],
  ];
  const known = rows.filter(([, value]) => value !== undefined);
  const head = `${model.name}${model.embedded ? " (embedded)" : ""}\n`;
  return head + known.map(([label, value]) => `  ${label.padEnd(10)}  ${value}\n`).join("");
}

function millions(parameters: number): string {
  return `${Number((parameters / 1e6).toPrecision(4))} million`;
}
