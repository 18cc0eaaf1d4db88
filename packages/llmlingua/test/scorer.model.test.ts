import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { appendFile, cp, mkdtemp, open, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { loadScorer } from "@llmlingua/core/onnx";
import { modelDirectory } from "@llmlingua/model-smollm2-135m";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeScorer } from "../../core/src/score/scorer-suite.js";
import { describeTokenizer } from "../../core/src/tokens/tokenizer-suite.js";

type Scorer = Awaited<ReturnType<typeof loadScorer>>;

interface Recorded {
  readonly text: string;
  readonly ids: readonly number[];
  readonly logprobs: readonly number[];
}

const recorded: readonly Recorded[] = JSON.parse(
  readFileSync(
    new URL("../../core/fixtures/conformance/logprobs-smollm2-135m.json", import.meta.url),
    "utf8",
  ),
);

describeScorer("the embedded model", () => loadScorer(modelDirectory, { verify: false }));

describeTokenizer(
  "the embedded model's tokenizer",
  async () => {
    const scorer = await loadScorer(modelDirectory, { verify: false });
    await scorer.close();
    return scorer.tokenizer;
  },
  (text) => Array.from(text).some(isUnspellable),
);

describe("the embedded model", () => {
  let scorer: Scorer;
  beforeAll(async () => {
    scorer = await loadScorer(modelDirectory);
  });
  afterAll(() => scorer.close());

  test.each(recorded)("splits a recorded text as the reference does: $text", ({ text, ids }) => {
    const found = Array.from(scorer.tokenizer.encode(text).ids);
    // The recordings of 320 ids are cut off, and the last word splits by what would follow it.
    const sure = ids.length === 320 ? ids.length - 2 : ids.length;
    expect(found.slice(0, sure)).toEqual(ids.slice(0, sure));
  });

  test.each(recorded)("scores a recorded text as the float32 model does: $text", async (entry) => {
    const logprobs = await scorer.score(Uint32Array.from(entry.ids));
    const skip = Math.max(1, entry.ids.length - entry.logprobs.length);
    const found = Array.from(logprobs).slice(skip);
    const wanted = entry.logprobs.slice(entry.logprobs.length - found.length);
    expect(correlation(found, wanted)).toBeGreaterThan(0.995);
  });

  test("leaves the event loop free while it scores", async () => {
    const ids = repeated(scorer, 1024);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    await scorer.score(ids);
    delay.disable();
    // The work takes a second or more: a blocked loop would show it, a busy machine does not.
    expect(delay.max / 1e6).toBeLessThan(400);
  });

  test("gives up a running call at once and works on afterwards", async () => {
    const controller = new AbortController();
    const running = scorer.score(repeated(scorer, 2000), { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    const start = performance.now();
    await expect(running).rejects.toMatchObject({ code: "aborted" });
    expect(performance.now() - start).toBeLessThan(2000);
    const [first] = recorded;
    const logprobs = await scorer.score(Uint32Array.from(first.ids));
    expect(logprobs[5]).toBeCloseTo(first.logprobs[5], 0);
  });

  test("scores the same in segments as in one call", async () => {
    const { ids } = scorer.tokenizer.encode(recorded[0].text);
    const whole = await scorer.score(ids);
    await scorer.score(ids.slice().reverse());
    for (let from = 1; from < ids.length; from += 50) {
      const end = Math.min(from + 50, ids.length);
      const part = await scorer.score(ids.slice(0, end), { from });
      for (const [index, value] of part.entries()) {
        expect(Math.abs(value - whole[from + index])).toBeLessThan(1e-3);
      }
    }
  });

  test("names the limit when given more tokens than it reads", async () => {
    await expect(scorer.score(new Uint32Array(9000))).rejects.toMatchObject({
      code: "too-many-tokens",
      message: expect.stringContaining("Cannot score 9000 tokens: the model reads at most 8192."),
    });
  });

  test("scores a text that fills it", async () => {
    const ids = repeated(scorer, 8192);
    const logprobs = await scorer.score(ids, { from: 8000 });
    expect(logprobs.length).toBe(192);
    expect(logprobs.every((value) => value <= 0 && Number.isFinite(value))).toBe(true);
  });

  test("names a token outside its vocabulary", async () => {
    await expect(scorer.score(Uint32Array.of(1, 49_152))).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringContaining("Token 49152 at position 1"),
    });
  });
});

describe("a program that forgets to close the scorer", () => {
  test("still exits", async () => {
    const program = `
      import { loadScorer } from "@llmlingua/core/onnx";
      import { modelDirectory } from "@llmlingua/model-smollm2-135m";
      const scorer = await loadScorer(modelDirectory);
      const { ids } = scorer.tokenizer.encode("Paris is the capital of France.");
      console.log((await scorer.score(ids)).length);`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", program],
      { cwd: fileURLToPath(new URL("..", import.meta.url)), timeout: 60_000 },
    );
    expect(Number(stdout)).toBeGreaterThan(5);
  });
});

describe("a model folder that is not as it should be", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "llmlingua-model-"));
    await cp(fileURLToPath(modelDirectory), directory, { recursive: true });
  });
  afterAll(() => rm(directory, { recursive: true }));

  test("is named with both checksums when a byte of the weights changed", async () => {
    const path = join(directory, "weights-0.bin");
    await flipByte(path, 12_345);
    await expect(loadScorer(directory)).rejects.toMatchObject({
      code: "damaged-model",
      message: expect.stringMatching(
        /weights-0\.bin .* SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}/,
      ),
    });
    await flipByte(path, 12_345);
    await (await loadScorer(directory)).close();
  });

  test("is named with both sizes when a file was cut off", async () => {
    const path = join(directory, "tokenizer.json");
    const { size } = await stat(path);
    await truncate(path, size - 1);
    await expect(loadScorer(directory)).rejects.toMatchObject({
      code: "damaged-model",
      message: expect.stringContaining(
        `tokenizer.json in ${directory} has ${size - 1} bytes, not ${size}`,
      ),
    });
    await appendFile(path, "}");
  });

  test("is named when a file is missing", async () => {
    await rm(join(directory, "weights-1.bin"));
    await expect(loadScorer(directory)).rejects.toMatchObject({
      code: "damaged-model",
      message: expect.stringContaining("weights-1.bin is missing"),
    });
  });

  test("is named when there is no model at all", async () => {
    await expect(loadScorer(join(directory, "nowhere"))).rejects.toMatchObject({
      code: "unknown-model",
      message: expect.stringContaining("scorer.json"),
    });
  });
});

/** Its vocabulary lacks six control characters and the unassigned planes 4 to 11. */
function isUnspellable(character: string): boolean {
  const point = character.codePointAt(0) as number;
  return (
    "\u0004\u0006\u0013\u0014\u0016\u001D".includes(character) ||
    (point >> 16 >= 4 && point >> 16 < 12)
  );
}

function repeated(scorer: Scorer, tokens: number): Uint32Array {
  const { ids } = scorer.tokenizer.encode(recorded[1].text);
  return Uint32Array.from({ length: tokens }, (_, index) => ids[index % ids.length]);
}

function correlation(one: readonly number[], other: readonly number[]): number {
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanOne, meanOther] = [mean(one), mean(other)];
  const dot = (a: readonly number[], meanA: number, b: readonly number[], meanB: number) =>
    a.reduce((sum, value, index) => sum + (value - meanA) * (b[index] - meanB), 0);
  return (
    dot(one, meanOne, other, meanOther) /
    Math.sqrt(dot(one, meanOne, one, meanOne) * dot(other, meanOther, other, meanOther))
  );
}

async function flipByte(path: string, position: number): Promise<void> {
  const file = await open(path, "r+");
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, position);
  await file.write(Buffer.of(byte[0] ^ 1), 0, 1, position);
  await file.close();
}
