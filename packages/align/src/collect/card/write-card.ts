/**
 * Writes the card of a file of pairs beside it.
 *
 * @module
 */
import { rename, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { AlignmentError } from "../../errors.js";
import { besideOf, type CollectOptions } from "../options.js";
import type { CommandRecord } from "../state.js";
import type { Answers, Tally } from "../tally.js";
import { cardText } from "./card-text.js";
import { statisticsOf } from "./lengths.js";

/** @throws AlignmentError `write-failed` */
export async function writeCard(
  { out, counter }: Pick<CollectOptions, "out" | "counter">,
  tally: Tally,
  answers: Answers,
  commands: readonly CommandRecord[],
): Promise<void> {
  const { card } = besideOf(out);
  const statistics = await statisticsOf(out, tally.pairs, (text) => counter.count(text));
  const text = cardText({
    ...{ name: basename(out), tally, statistics, commands, answers },
    tokenizer: counter.name,
    now: new Date(),
  });
  try {
    await writeFile(`${card}.tmp`, text);
    await rename(`${card}.tmp`, card);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `Cannot write ${card}: ${reason}. The pairs are kept; the same command writes it again.`;
    throw new AlignmentError("write-failed", message, { cause });
  }
}
