/**
 * Another prompt for GSM8K: worked examples drawn from its training questions by the length of their solutions.
 *
 * @module
 */

import { mulberry32 } from "../../random.js";
import { type DataFile, jsonLinesOf } from "../files.js";
import { invalid } from "../options.js";
import { ROW, solution } from "./row.js";

const DEMONSTRATIONS = 8;

/**
 * Eight worked examples (fewer where the file has no more) of LEAST to MOST steps.
 *
 * @param how - `drawn:LEAST-MOST:SEED`
 */
export async function drawnPrompt(file: DataFile, how: string): Promise<string[]> {
  const [, least, most, seed] = how.match(/^drawn:(\d+)-(\d+):(\d+)$/) ?? [];
  if (seed === undefined) throw invalid(`prompt is ${how}; it must be drawn:LEAST-MOST:SEED.`);
  const rows = (await jsonLinesOf(file, ROW)).map(({ value }) => value);
  const pool = rows.filter(({ answer }) => {
    const steps = answer.split("\n").length - 1;
    return steps >= Number(least) && steps <= Number(most);
  });
  if (pool.length === 0) {
    throw invalid(`prompt is ${how}, but no solution in ${file.path} has so many steps.`);
  }
  return shuffled(pool, mulberry32(Number(seed)))
    .slice(0, DEMONSTRATIONS)
    .map(
      ({ question, answer }) =>
        `Question: ${question.trim()}\nLet's think step by step\n${solution(answer).trim()}`,
    );
}

function shuffled<T>(pool: readonly T[], random: () => number): T[] {
  const all = [...pool];
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all;
}
