/**
 * How long an aligned scorer takes beside its base: `score()` of 1,024 tokens, both in turns, 5 rounds after one to warm up.
 *
 * Usage: node bench/align/use.mjs FOLDER [threads]
 *
 * Other work on the machine makes ratios worthless, but for that of one thread's processor time: they are given only where
 * the load before was below a half.
 */
import { readFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { loadScorer } from "@llmlingua/core/onnx";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";

const [folder, threads = "2"] = process.argv.slice(2);
const [TOKENS, ROUNDS] = [1024, 5];
const [load] = loadavg();
process.stdout.write(`${threads} threads, load before ${load.toFixed(1)}\n`);

const text = await readFile(new URL("../../examples/gsm8k-8shot.txt", import.meta.url), "utf8");
const open = (place) => loadScorer(place, { threads: Number(threads) });
const scorers = [await open(modelDirectory), await open(folder)];
const { ids } = scorers[0].tokenizer.encode(text.repeat(3));
/** Wall clock and processor time in ms; the latter says more where others use the machine. */
const clock = () => {
  const { user, system } = process.cpuUsage();
  return [performance.now(), (user + system) / 1000];
};
const times = [[], []];
for (let round = 0; round <= ROUNDS; round++) {
  // Another beginning each time, or the memory would know the text.
  const given = ids.slice(round, round + TOKENS);
  for (const which of round % 2 === 0 ? [0, 1] : [1, 0]) {
    const start = clock();
    await scorers[which].score(given, { from: 1 });
    if (round > 0) times[which].push(clock().map((now, kind) => now - start[kind]));
  }
}
for (const scorer of scorers) await scorer.close();
const median = (values) => values.toSorted((one, other) => one - other)[values.length >> 1];
for (const [kind, name] of ["wall", "processor"].entries()) {
  const [base, aligned] = times.map((rounds) => median(rounds.map((round) => round[kind])));
  const isFair = load < 0.5 || (threads === "1" && name === "processor");
  const ratio = isFair ? (aligned / base).toFixed(3) : "not given, for others use the machine";
  process.stdout.write(
    `${name} time: base ${Math.round(base)} ms, aligned ${Math.round(aligned)} ms, ratio ${ratio}\n`,
  );
}
