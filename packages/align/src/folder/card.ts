/**
 * The model card of an aligned scorer: `README.md` of its folder. Pure.
 *
 * @module
 */
import type { ScorerManifest } from "@llmlingua/core/onnx";
import type { TrainingRecord } from "./record.js";

const LICENCES: Readonly<Record<string, string>> = {
  "Apache-2.0": "https://www.apache.org/licenses/LICENSE-2.0",
};

/** The card as Markdown; every number in it is the record's. */
export function modelCard(name: string, record: TrainingRecord, base: ScorerManifest): string {
  const { pairs, settings, loss, versions } = record;
  const licence = typeof base.license === "string" ? base.license : "unknown";
  const url = LICENCES[licence];
  const target = inline(pairs.target ?? "a model that the pairs do not name");
  return `# ${name}

${base.name}, a scorer of llmlingua, tuned on the answers of ${target} (distribution alignment, LLMLingua §4.3):
low-rank adapters (\`adapter.safetensors\`) beside the base's integer weights, which are copied unchanged. \`training.json\` has all that stands here.

| | |
| --- | --- |
| Base | ${base.name}, sha256 over its files' checksums \`${record.base.sha256}\` |
| Licence | ${licence}${url === undefined ? "" : ` (${url})`}, the base's; this is a modified version of it. What the target's terms say of models trained on its answers applies too. |
| Pairs | \`${inline(pairs.path)}\`, sha256 \`${pairs.sha256}\`: ${pairs.train} to train on, ${pairs.heldOut} held out |
| Training | ${record.steps} steps, ${record.tokens} tokens, ${Math.round(record.seconds)} s; ${STOPPED[record.stopped]}; adapters of step ${loss.bestStep} |
| Made with | llmlingua ${versions.llmlingua}, Node ${versions.node}, ONNX Runtime ${versions.onnxruntime} |

## Loss

Nats per answer token on ${measured(record)}, under the training graph (activations not rounded): ${nats(loss.before)} before, ${nats(loss.after)} after (${change(loss)}).
\`llmlingua align report --scorer . --pairs PAIRS.jsonl\` measures it as the scorer is used, and what it does to compression.

## Settings

| | |
| --- | --- |
${Object.entries(settings)
  .map(([name, value]) => `| ${name} | ${value} |`)
  .join("\n")}

## Use

\`\`\`sh
llmlingua compress prompt.txt --rate 0.3 --model FOLDER
\`\`\`

\`\`\`ts
import { createCompressor } from "llmlingua";

const compressor = createCompressor({ model: "FOLDER" });
\`\`\`

## Limits

- Tuned to one target and one kind of text; on others it may be worse than its base.
- The pairs may hold what is private. Adapters can give away something of them: share this folder as you would share the pairs.
- The base's limits stay: at most ${base.maxTokens} tokens, small, and integer weights (the adapters are float32).
- It is slower than its base by the adapters' products.
`;
}

const STOPPED = {
  finished: "ran to its end",
  early: "stopped early, as the held-out loss no longer fell",
  diverged: "stopped, as the loss diverged",
} as const satisfies Record<TrainingRecord["stopped"], string>;

function measured({ loss, pairs }: TrainingRecord): string {
  if (loss.pairs === undefined) return `at most 100 of the ${pairs.heldOut} pairs held out`;
  return `${loss.pairs} of the ${pairs.heldOut} pairs held out`;
}

function nats(value: number): string {
  return value.toFixed(4);
}

function change({ before, after }: TrainingRecord["loss"]): string {
  const percent = (100 * (after - before)) / before;
  return `${percent > 0 ? "+" : "−"}${Math.abs(percent).toFixed(1)} %`;
}

/** Names come from data: one line, and no markup. */
function inline(text: string): string {
  return text
    .replace(/[\p{C}\s]+/gu, " ")
    .replace(/[`|<>[\]\\*]/g, "_")
    .trim();
}
