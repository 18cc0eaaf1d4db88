/**
 * Options that say what else than a prompt of parts the input is.
 *
 * @module
 */
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { ChatRole } from "../../index.js";
import type { OptionsOf } from "../args/given.js";
import { numberIn } from "../args/parsers.js";
import type { withParts } from "./flags.js";

const PARTS = ["context", "format"];
const ASKED = ["instruction", "instructionFile", "question", "questionFile"];

const tagged = new Option(
  "--tagged",
  "The input is a text with tags: <llmlingua rate=0.3>…</llmlingua> has a rate of its own, " +
    "<llmlingua compress=false>…</llmlingua> stays as it is.",
).conflicts(["messages", "jsonRules", ...PARTS]);

const jsonRules = new Option(
  "--json-rules <RULES>",
  "The input is one JSON document, whose texts are compressed by path: a file of rules, or the " +
    'rules themselves, such as \'{"description": {"rate": 0.3}, "sku": {"compress": false}, ' +
    '"reviews.*.ip": {"drop": true}}\'; {} is one rate for all. The result is JSON.',
).conflicts(["messages", "tagged", ...PARTS, ...ASKED]);

const messages = new Option(
  "--messages",
  "The input is a JSON array of chat messages (OpenAI's or Anthropic's), or an object with " +
    "messages; so is the result.",
).conflicts(["jsonRules", "tagged", ...PARTS, ...ASKED]);

const ROLES = {
  system: true,
  developer: true,
  user: true,
  assistant: true,
  tool: true,
  function: true,
} satisfies Record<ChatRole, true>;

/** Share of the texts of each role to keep. */
export type RoleRates = Readonly<Partial<Record<ChatRole, number>>>;

/** Reads one more `tool=0.3`. */
export function collectRoleRate(raw: string, before: RoleRates = {}): RoleRates {
  const [role, rate, ...rest] = raw.split("=");
  if (!isRole(role) || rate === undefined || rest.length > 0) {
    const roles = Object.keys(ROLES).join(", ");
    throw new InvalidArgumentError(`It must be ROLE=R, such as tool=0.3; roles are ${roles}.`);
  }
  if (before[role] !== undefined) throw new InvalidArgumentError(`${role} was given before.`);
  return { ...before, [role]: share(rate) };
}

const share = numberIn({ above: 0, max: 1 });

function isRole(name: string): name is ChatRole {
  return Object.hasOwn(ROLES, name);
}

/** Tagged text, JSON, and chats. */
export function withForms(command: ReturnType<typeof withParts>) {
  return command
    .optionsGroup("Input of another kind:")
    .addOption(tagged)
    .addOption(jsonRules)
    .addOption(messages)
    .option(
      "--role-rate <ROLE=R>",
      "With --messages: share of that role's texts to keep, such as tool=0.3. May be given more " +
        "than once; default: --rate for all but system and developer, which stay as they are.",
      collectRoleRate,
    )
    .option("--no-keep-last-user", "With --messages: the user's last text may be compressed too.")
    .option(
      "--no-keep-calls",
      "With --messages: a call of a tool and its results may go together, where nothing of the results is kept.",
    )
    .option(
      "--keep-last <N>",
      "With --messages: how many messages at the end stay as they are; default: 0.",
      numberIn({ min: 0, integer: true }),
    );
}

/** Everything that says what the input is. */
export type InputValues = OptionsOf<typeof withForms>;
