/**
 * What a collection knows besides its pairs, a line each: commands, questions that ended, instructions that
 * were made. It makes a collection resumable and its card whole over several calls.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { z } from "zod";
import { AlignmentError } from "../errors.js";
import { type Journal, jsonOf, linesOf, openJournal, reasonOf } from "../pairs/index.js";

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
  outcome: z.enum(["answered", "empty", "dropped", "failed"]),
  /** Why it failed. */
  reason: z.string().optional(),
  /** What was found in the answer, by kind. */
  found: z.record(z.string(), z.number()).optional(),
  cost: usd,
});

const ROUND = z.object({
  kind: z.literal("round"),
  /** Of which seeds, seed number and target. */
  of: z.string(),
  round: z.number(),
  tasks: z.array(z.string()),
  /** Tasks left out, by reason. */
  left: z.record(z.string(), z.number()),
  cost: usd,
});

const RECORD = z.discriminatedUnion("kind", [COMMAND, ANSWER, ROUND]);

export type StateRecord = z.infer<typeof RECORD>;
export type CommandRecord = z.infer<typeof COMMAND>;
export type AnswerRecord = z.infer<typeof ANSWER>;
export type RoundRecord = z.infer<typeof ROUND>;

export interface State {
  readonly commands: readonly CommandRecord[];
  /** The last outcome of each prompt, by its id. */
  readonly answers: ReadonlyMap<string, AnswerRecord>;
  readonly rounds: readonly RoundRecord[];
  /** In USD, of each question that was paid for. */
  readonly costs: readonly number[];
  add(record: StateRecord): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens or begins the file beside the pairs.
 *
 * @throws AlignmentError `data-layout` where it was not written by this program, `write-failed`
 */
export async function openState(path: string): Promise<State> {
  // Opened first, for it removes a last line that a kill cut off.
  const journal: Journal = await openJournal(path);
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
  try {
    for await (const record of recordsOf(path)) book(record);
  } catch (error) {
    await journal.close();
    throw error;
  }
  return {
    commands,
    answers,
    rounds,
    costs,
    async add(record) {
      await journal.add(record);
      book(record);
    },
    close: () => journal.close(),
  };
}

async function* recordsOf(path: string): AsyncGenerator<StateRecord> {
  if (!existsSync(path)) return;
  for await (const { line, text } of linesOf(path)) {
    const json = jsonOf(text);
    const result = typeof json === "string" ? json : RECORD.safeParse(json.json);
    if (typeof result !== "string" && result.success) yield result.data;
    else {
      const reason = typeof result === "string" ? result : reasonOf(result.error);
      const message = `${path}, line ${line}: ${reason}. It was not written by this program; give another --out.`;
      throw new AlignmentError("data-layout", message);
    }
  }
}
