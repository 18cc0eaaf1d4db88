/**
 * What a reader must know to trust the tables: units, what failed, how it was made. Pure.
 *
 * @module
 */
import type { RunHeader } from "../run/types.js";
import { offSizeNote } from "./off-size.js";
import type { ConditionSummary, Summary } from "./summary-types.js";

/** Below the tables, in order. */
export function notesOf(summary: Summary): string[] {
  const { partial, conditions, base } = summary;
  return [
    ...(partial === undefined ? [] : [`Partial run: ${partial}. Figures are of what is there.`]),
    ...(base === undefined ? ["The base condition did not run: nothing is compared with it."] : []),
    ...conditions.flatMap(failureNote),
    ...offSizeNote(conditions),
    ...(conditions.some(({ failed, missing }) => failed + missing > 0)
      ? [
          "Means and charts by condition are over its own items. Differences, savings and what compressing pays are over the items that both sides answered.",
        ]
      : []),
    intervalNote(summary),
    ...(conditions.some(({ nll }) => nll)
      ? [
          "NLL: negative log-likelihood of the gold text, nats per token, every item with the same weight. NLL (corpus): every token with the same weight.",
        ]
      : []),
    ...(conditions.some(({ corpusBleu }) => corpusBleu !== undefined)
      ? [
          "bleu: mean of the BLEU of each answer. BLEU (corpus): of all answers together, as papers report it.",
        ]
      : []),
    ...(conditions.some(({ compressMs }) => compressMs !== undefined)
      ? [
          "Compress: mean by prompt, once for all items that share it, in brackets of how many prompts. Answer: of uncached answers only.",
        ]
      : []),
  ];
}

function failureNote(condition: ConditionSummary): string[] {
  const { failed, missing, unfit } = condition;
  if (failed + missing + unfit.length === 0) return [];
  const parts = [
    failed > 0 && `${failed} failed, in no mean`,
    missing > 0 && `${missing} not there, not paired`,
    unfit.length > 0 && `no prompt: ${unfit.map((why) => why.replace(/\.$/, "")).join("; ")}`,
  ].filter((part) => part !== false);
  return [`† ${condition.condition}: ${parts.join("; ")}.`];
}

/** Of fewer a bootstrap over groups says little. */
const ENOUGH_GROUPS = 8;

function intervalNote({ unit, items, groups }: Summary): string {
  const shared = groups < items;
  const drawn =
    unit === "group"
      ? `resample the ${groups} ${groups === 1 ? "group" : "groups"} with all their items`
      : `resample items (${items} in ${groups} ${groups === 1 ? "group" : "groups"})`;
  const caveat =
    shared && unit === "item"
      ? `; items of one group share a prompt, so they say nothing of other prompts of the kind${groups >= ENOUGH_GROUPS ? ` and are too narrow for them (--unit group resamples the ${groups} prompts)` : ""}`
      : "";
  return `Intervals are 95 % bootstrap intervals and ${drawn}${caveat}.`;
}

/** How the run was made, name by name, without the command. */
export function provenanceOf({ config, versions, git, started, ended }: RunHeader) {
  const { target, sizes, choices } = config;
  const given = Object.entries(choices).map(([name, value]) => `${name}=${value}`);
  const all = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const rows: (readonly [string, string])[] = [
    ["Task", config.task],
    ["Target", `${target.name} (${target.where})`],
    ["Methods", config.methods.join(", ")],
    ["Sizes", [...(sizes.tokens ?? []), ...(sizes.ratios ?? []).map((r) => `${r}x`)].join(", ")],
    ["Items", `${config.items ?? "all"}, after ${config.skip} left out`],
    ["Seed", String(config.seed)],
    ["Choices", given.join(", ")],
    ["Tokens counted in", config.tokenizer],
    ["Scored by", config.scorer],
    ["Most new tokens", String(config.maxNewTokens)],
    ["Versions", all.join(", ")],
    ["Commit of the working folder", git ?? ""],
    ["Started", started],
    ["Ended", ended ? `${ended.at}, ${ended.how}` : ""],
  ];
  return rows.filter(([, value]) => value !== "");
}
