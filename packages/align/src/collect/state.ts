/**
 * What a collection knows besides its pairs, a line each: commands, questions that ended, instructions that
 * were made. It makes a collection resumable and its card whole over several calls.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { type Journal, jsonOf, readJournal, reasonOf } from "../pairs/index.js";

const usd = z.number().nonnegative().optional();

/** How the target is asked: pairs of one file are asked for in one way. */
export interface AskSettings {
  /** Its name, and where it runs, without credentials. */
  readonly target: string;
  readonly where: string;
  readonly api: string;
  /** System message of prompts without one of their own. */
  readonly system?: string;
  readonly maxNewTokens: number;
  readonly temperature: number;
}

const SETTINGS: z.ZodType<AskSettings> = z.object({
  target: z.string(),
  where: z.string(),
  api: z.string(),
  system: z.string().optional(),
  maxNewTokens: z.number(),
  temperature: z.number(),
});

const COMMAND = z.object({
  kind: z.literal("command"),
  command: z.string(),
  /** ISO 8601. */
  at: z.string(),
  redact: z.string(),
  settings: SETTINGS.optional(),
});

const ANSWER = z.object({
  kind: z.literal("answer"),
  /** Of the prompt. */
  id: z.string(),
  /** {@link howOf} it was asked. */
  how: z.string(),
  outcome: z.enum(["answered", "empty", "dropped", "failed"]),
  /** Why it failed. */
  reason: z.string().optional(),
  /** What was found in the answer, by kind. */
  found: z.record(z.string(), z.number()).optional(),
  cost: usd,
});

const ROUND = z.object({
  kind: z.literal("round"),
  /** Of which seeds, seed number, target and redaction. */
  of: z.string(),
  round: z.number(),
  tasks: z.array(z.string()),
  /** Tasks left out, by reason. */
  left: z.record(z.string(), z.number()),
  /** What became tags in tasks, by kind. */
  found: z.record(z.string(), z.number()).optional(),
  cost: usd,
});

const RECORD = z.discriminatedUnion("kind", [COMMAND, ANSWER, ROUND]);

export type StateRecord = z.infer<typeof RECORD>;
export type CommandRecord = z.infer<typeof COMMAND>;
export type AnswerRecord = z.infer<typeof ANSWER>;
export type RoundRecord = z.infer<typeof ROUND>;

export interface State extends Pick<Journal, "close"> {
  readonly commands: readonly CommandRecord[];
  /** The last outcome of each prompt, by its id. */
  readonly answers: ReadonlyMap<string, AnswerRecord>;
  readonly rounds: readonly RoundRecord[];
  /** In USD, of each question that was paid for. */
  readonly costs: readonly number[];
  /** As a {@link Journal} is started; `command` is written before anything else is. */
  start(command?: CommandRecord): Promise<void>;
  /** Writes the command that is waiting. */
  note(): Promise<void>;
  add(record: StateRecord): Promise<void>;
}

/** A prompt's outcome; what came of it when it was asked in another way is none. */
export function outcomeOf(
  { answers }: Pick<State, "answers">,
  id: string,
  how: string,
): AnswerRecord | undefined {
  const record = answers.get(id);
  return record?.how === how ? record : undefined;
}

/** A short name for the way in which prompts are asked and answers kept. */
export function howOf(settings: AskSettings, redact: string): string {
  const { target, where, api, system = null, maxNewTokens, temperature } = settings;
  const parts = [target, where, api, system, maxNewTokens, temperature, redact];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/**
 * Reads the file beside the pairs, which may not be there yet. It is written to once it is started.
 *
 * @throws AlignmentError `data-layout` where it was not written by this program, `invalid-option` where it
 * cannot be read
 */
export async function readState(path: string): Promise<State> {
  const commands: CommandRecord[] = [];
  const answers = new Map<string, AnswerRecord>();
  const rounds: RoundRecord[] = [];
  const costs: number[] = [];
  const book = (record: StateRecord) => {
    if (record.kind === "command") commands.push(record);
    else if (record.kind === "round") rounds.push(record);
    else answers.set(record.id, record);
    if (record.kind !== "command" && record.cost !== undefined) costs.push(record.cost);
  };
  const journal = await readJournal(path, {
    begin: '{"kind":"',
    take({ text }) {
      const json = jsonOf(text);
      if (typeof json === "string") return json;
      const result = RECORD.safeParse(json.json);
      if (!result.success) return reasonOf(result.error);
      book(result.data);
      return undefined;
    },
  });
  let command: CommandRecord | undefined;
  let noted: Promise<void> | undefined;
  const write = async (record: StateRecord) => {
    await journal.add(record);
    book(record);
  };
  const note = () => {
    noted ??= command === undefined ? Promise.resolve() : write(command);
    return noted;
  };
  return {
    commands,
    answers,
    rounds,
    costs,
    note,
    add: (record) => note().then(() => write(record)),
    start(given) {
      command = given;
      return journal.start();
    },
    close: () => journal.close(),
  };
}
