/**
 * Conversations with tools: are calls and results still paired, and JSON results still JSON?
 *
 *   node bench/chats.mjs FILE.json [--rate 0.5] [--system 1] [--size-of compressible] [--model hash|embedded] [--conversations 200]
 *
 * FILE is a list of {traj: messages} or of messages, in OpenAI's format. --system is the rate of the system's texts.
 */
import { parseArgs } from "node:util";
import { createCompressor, createHashScorer } from "llmlingua";
import { textOf } from "./answers.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rate: { type: "string", default: "0.5" },
    system: { type: "string", default: "1" },
    "size-of": { type: "string", default: "compressible" },
    model: { type: "string", default: "hash" },
    conversations: { type: "string", default: "1000000" },
  },
});
if (positionals.length !== 1) throw new Error("Give one file of conversations.");
const scorer = values.model === "hash" ? createHashScorer() : undefined;
const compressor = createCompressor(scorer ? { scorer } : {});
const callsOf = (messages) =>
  messages.flatMap(({ tool_calls = [] }) => tool_calls.map(({ id }) => id));
const resultsOf = (messages) => messages.filter(({ role }) => role === "tool");
const isJson = (text) => {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
};
const found = {
  conversations: 0,
  paired: 0,
  jsonResults: 0,
  stillJson: 0,
  before: 0,
  after: 0,
  offSize: 0,
};
for (const entry of JSON.parse(textOf(positionals[0])).slice(0, Number(values.conversations))) {
  const given = entry.traj ?? entry;
  const result = await compressor.compressMessages(given, {
    rate: Number(values.rate),
    sizeOf: values["size-of"],
    roleRates: { system: Number(values.system) },
  });
  const { messages } = result;
  found.conversations++;
  const ids = (some) =>
    JSON.stringify([callsOf(some), resultsOf(some).map((own) => own.tool_call_id)]);
  found.paired += ids(messages) === ids(given) ? 1 : 0;
  const results = resultsOf(messages);
  for (const [i, { content }] of resultsOf(given).entries()) {
    if (!isJson(content)) continue;
    found.jsonResults++;
    found.stillJson += isJson(results[i].content) ? 1 : 0;
  }
  found.before += result.originalTokens;
  found.after += result.compressedTokens;
  const off = Math.abs(result.compressedTokens - result.targetTokens);
  found.offSize += off > Math.max(2, 0.02 * result.targetTokens) ? 1 : 0;
}
await compressor.close();
console.log({ ...found, rate: (found.after / found.before).toFixed(3) });
