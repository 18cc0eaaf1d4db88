/**
 * Holds the built library against recorded vectors of the Python reference.
 *
 *   npm run conformance -- packages/core/fixtures/conformance/itpc-vectors.json
 *   npm run conformance -- --model DIR packages/core/fixtures/conformance/logprobs-smollm2-135m.json
 *
 * Prints a line per file (and per text of log-probabilities, and per failure) and `N passed, N failed`.
 * Exit status: 0 all passed, 1 something failed, 2 wrong usage or a file that is no vector file.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";

const LEAST_CORRELATION = 0.995;
const BUILD = "Run `npm run build` first.";
const USAGE = "Usage: npm run conformance -- [--model DIR] FILE…";

class UsageError extends Error {}

const md5 = (text) => createHash("md5").update(text).digest();

/** A library module, or how to get it. */
async function load(specifier, remedy) {
  try {
    return await import(specifier);
  } catch (cause) {
    throw new UsageError(`Cannot load ${specifier}: ${cause.message}. ${remedy}`, { cause });
  }
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      options: { model: { type: "string" } },
      allowPositionals: true,
    });
    if (positionals.length === 0) throw new UsageError("No vector file given.");
    return { files: positionals, model: values.model };
  } catch (error) {
    throw new UsageError(`${error.message}\n${USAGE}`);
  }
}

async function readFileVectors(file, { readVectors, VECTOR_FORMATS }) {
  let json;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new UsageError(
      `${file}: cannot be read as JSON (${error.message}); expected ${VECTOR_FORMATS}.`,
    );
  }
  const vectors = readVectors(json);
  if (!vectors) throw new UsageError(`${file}: unknown format; expected ${VECTOR_FORMATS}.`);
  return { file, ...vectors };
}

/** The scorer, opened when the first file needs it. */
function lazyScorer(directory) {
  let scorer;
  const open = async () => {
    const { loadScorer } = await load("@llmlingua/core/onnx", BUILD);
    const where = directory ?? (await load("@llmlingua/model-smollm2-135m", BUILD)).modelDirectory;
    try {
      return await loadScorer(where);
    } catch (error) {
      throw new UsageError(`Cannot open the scorer in ${where}: ${error.message}`);
    }
  };
  return {
    get() {
      scorer ??= open();
      return scorer;
    },
    async close() {
      await (await scorer?.catch(() => undefined))?.close();
    },
  };
}

/** What is wrong with one log-probability vector; prints its agreement. */
async function checkLogprobs(vector, label, scorer, compareLogprobs) {
  const logprobs = await scorer.score(Uint32Array.from(vector.ids));
  const found = compareLogprobs(vector, logprobs);
  const { correlation, meanError, largestError } = found;
  const figures = `correlation ${correlation.toFixed(5)}, mean error ${meanError.toFixed(4)}, largest ${largestError.toFixed(4)} nats`;
  console.log(`  ${label}: ${vector.ids.length} tokens, ${figures}`);
  return correlation >= LEAST_CORRELATION
    ? undefined
    : `correlation ${correlation} is below ${LEAST_CORRELATION}`;
}

async function checkVector(kind, vector, label, scorer, replay) {
  try {
    if (kind === "token-pass") return await replay.replayTokenPass(vector);
    if (kind === "compress-prompt") return await replay.replayCompressPrompt(vector, md5);
    return await checkLogprobs(vector, label, await scorer.get(), replay.compareLogprobs);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return `${error.name}: ${error.message}`;
  }
}

async function checkFile({ file, kind, vectors }, scorer, replay) {
  let failed = 0;
  for (const [index, vector] of vectors.entries()) {
    const label = `vector ${index}`;
    const problem = await checkVector(kind, vector, label, scorer, replay);
    if (problem === undefined) continue;
    failed += 1;
    console.log(`  ${label}: failed: ${problem}`);
  }
  const passed = vectors.length - failed;
  console.log(`${file}: ${kind}, ${passed} passed, ${failed} failed`);
  return { passed, failed };
}

async function main() {
  const { files, model } = readArguments();
  const formats = await load("../packages/core/dist/compat/vectors.js", BUILD);
  const replay = await load("../packages/core/dist/compat/replay.js", BUILD);
  const read = await Promise.all(files.map((file) => readFileVectors(file, formats)));
  const scorer = lazyScorer(model);
  const total = { passed: 0, failed: 0 };
  try {
    for (const file of read) {
      const { passed, failed } = await checkFile(file, scorer, replay);
      total.passed += passed;
      total.failed += failed;
    }
  } finally {
    await scorer.close();
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 2;
}
