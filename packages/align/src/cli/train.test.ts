import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io } from "llmlingua/cli-kit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EncodedPair } from "../encode/index.js";
import { checkpointStore } from "../train/index.js";
import { run } from "./index.js";
import { progressText, timeText, trainProgress } from "./train-progress.js";
import { cutText, heldOutText, pairsText } from "./train-words.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "llmlingua-train-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** One command line with the outside as strings; ends before a model is opened. */
async function outcome(line: string) {
  const err: string[] = [];
  const io: Io = {
    stdin: { async *[Symbol.asyncIterator]() {} },
    stdout: { write: () => {} },
    stderr: { write: (text) => err.push(text) },
    env: {},
    signal: new AbortController().signal,
  };
  const words = line.split(" ").map((word) => word.replaceAll("FOLDER", folder));
  return { code: await run(words, io), err: err.join("") };
}

const line = (question: string, answer: string) =>
  JSON.stringify({ messages: [{ role: "user", content: question }], answer });

const TRAIN = "train --pairs FOLDER/pairs.jsonl --out FOLDER/out";

describe("llmlingua align train", () => {
  test.each([
    ["train --out x", /--pairs/],
    ["train --pairs x", /--out/],
    [`${TRAIN} --rank 0`, /whole number of at least 1/],
    [`${TRAIN} --projections q,head`, /There is no head; there are q, k, v,/],
    [`${TRAIN} --held-out 0`, /above 0/],
    [`${TRAIN} --held-out 0.7`, /a share up to 0\.5, or a whole number/],
    [`${TRAIN} --template llama`, /plain, chatml/],
    [`${TRAIN} --learning-rate fast`, /above 0/],
    [`${TRAIN} --max-tokens 9000`, /from 16 to 2048/],
    [TRAIN, /no .*pairs\.jsonl/],
  ])("refuses %s", async (words, message) => {
    const { code, err } = await outcome(words);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  test.each([
    ["", /pairs\.jsonl/],
    ["\n\n", /pairs\.jsonl/],
    [line("One?", "One."), /There is 1 pair, and 1 would be held out/],
    [`${line("One?", "One.")}\n{"answer"`, /line 2/],
    [`${line("One?", "One.")}\n${line("Two?", "")}`, /line 2.*answer/s],
  ])("refuses pairs %j, naming file or line", async (text, message) => {
    await writeFile(join(folder, "pairs.jsonl"), text);
    const { code, err } = await outcome(TRAIN);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  test("reads the pairs before it makes folders", async () => {
    await writeFile(join(folder, "pairs.jsonl"), line("One?", "One."));
    const { code } = await outcome("train --pairs FOLDER/pairs.jsonl --out FOLDER/a/b/out");
    expect([code, await readdir(folder)]).toEqual([2, ["pairs.jsonl"]]);
  });

  test("says first of all when something else is where the scorer is to go", async () => {
    await mkdir(join(folder, "out", "mine"), { recursive: true });
    const { code, err } = await outcome(TRAIN);
    expect([code, err]).toEqual([2, expect.stringMatching(/Cannot write a scorer to .*out/)]);
  });

  describe("with pairs", () => {
    const text = [1, 2, 3].map((n) => line(`Question ${n}?`, `Answer ${n}.`)).join("\n");
    beforeEach(() => writeFile(join(folder, "pairs.jsonl"), text));
    const NO_BASE = `${TRAIN} --base FOLDER/none`;

    test("is refused while another process trains into the same folder, and leaves no lock", async () => {
      await writeFile(join(folder, "out.training.lock"), `${process.pid}`);
      const { code, err } = await outcome(NO_BASE);
      expect([code, err]).toEqual([
        2,
        expect.stringMatching(
          /Process \d+ is writing to .*[\\/]out\. Wait for it or give another --out;/,
        ),
      ]);
      await rm(join(folder, "out.training.lock"));
      await outcome(NO_BASE);
      expect(await readdir(folder)).toEqual(["pairs.jsonl"]);
    });

    test("goes beside an evaluation in the folder above, whatever the scorer's name", async () => {
      await writeFile(join(folder, "run.lock"), `${process.pid}`);
      const { code, err } = await outcome(NO_BASE.replace("/out", "/run"));
      expect([code, err]).toEqual([2, expect.stringMatching(/No .* in .*none/)]);
      expect((await readdir(folder)).sort()).toEqual(["pairs.jsonl", "run.lock"]);
    });

    test.runIf(process.platform === "linux")(
      "refuses an --out where no folder can be made",
      async () => {
        const { code, err } = await outcome(
          "train --pairs FOLDER/pairs.jsonl --out /proc/none/x/y",
        );
        expect([code, err]).toEqual([
          2,
          expect.stringMatching(/Cannot make the folder \/proc\/none/),
        ]);
      },
    );

    test("warns where groups are so large that far more is held out than asked", async () => {
      const of = (n: number) =>
        JSON.stringify({ ...JSON.parse(line(`Q ${n}`, "A")), group: n < 5 ? "g" : "h" });
      await writeFile(
        join(folder, "pairs.jsonl"),
        Array.from({ length: 10 }, (_, n) => of(n)).join("\n"),
      );
      const { err } = await outcome(`${NO_BASE} --held-out 1`);
      expect(err).toMatch(/Held out are 5 of 10 pairs, though --held-out asks for 1:/);
    });

    test("refuses a folder for checkpoints that holds something else, and keeps it", async () => {
      await mkdir(join(folder, "out.checkpoint"));
      await writeFile(join(folder, "out.checkpoint", "thesis.tex"), "mine");
      const { code, err } = await outcome(`${NO_BASE} --no-resume`);
      expect([code, err]).toEqual([2, expect.stringMatching(/which holds "thesis\.tex"/)]);
      expect(await readdir(join(folder, "out.checkpoint"))).toEqual(["thesis.tex"]);
    });

    test("keeps an old checkpoint, and what lies beside it, where the base is wrong", async () => {
      const store = checkpointStore(join(folder, "out.checkpoint"), { seed: 9 });
      const none = { first: new Map(), second: new Map() };
      const counts = { step: 3, tokens: 1, stepSeconds: 1, seconds: 1 };
      const lists = { losses: [], evaluations: [] };
      await store.write({
        ...counts,
        ...lists,
        adapters: new Map(),
        moments: none,
        best: undefined,
      });
      await writeFile(join(folder, "out.checkpoint", "mine.txt"), "mine");
      const { code, err } = await outcome(`${NO_BASE} --no-resume`);
      expect([code, err]).toEqual([2, expect.stringMatching(/No .* in .*none/)]);
      expect(await readdir(join(folder, "out.checkpoint"))).toContain("mine.txt");
      expect((await store.read())?.step).toBe(3);
    });

    test("shows control characters of the pairs' file instead of sending them", async () => {
      await writeFile(join(folder, "pairs.jsonl"), `${text}\n{"x\u001b[31m": 1}\n`);
      const { err } = await outcome(`${NO_BASE} --damaged skip`);
      expect(err).toMatch(/1 damaged line passed over, line 4 first/);
      expect(err).not.toContain("\u001b");
      const wicked = "\u001b]0;title\u0007.jsonl";
      await writeFile(join(folder, wicked), text);
      const { err: named } = await outcome(
        `train --pairs FOLDER/${wicked} --out FOLDER/out --base FOLDER/none`,
      );
      expect(named).toContain("␛]0;title␇.jsonl: 2 pairs to train on");
      expect(named).not.toContain("\u001b");
    });
  });
});

describe("what is said of the pairs", () => {
  test("has every number of what was passed over", () => {
    const file = { path: "p.jsonl", sha256: "", pairs: [], lines: 9 };
    const damaged = [{ line: 3, reason: "it is not JSON" }];
    const text = pairsText({ ...file, damaged, duplicates: 2, contradictory: 1 }, 8, 1);
    expect(text).toBe(
      "p.jsonl: 8 pairs to train on, 1 held out; 1 damaged line passed over, line 3 first (it is not JSON); 2 duplicates dropped; 1 other answer to a prompt that there was before dropped\n",
    );
    expect(pairsText({ ...file, damaged: [], duplicates: 0, contradictory: 0 }, 1, 1)).toBe(
      "p.jsonl: 1 pair to train on, 1 held out\n",
    );
  });

  test("names the sizes where groups make the held-out part far larger than asked", () => {
    const pairs = (length: number) =>
      Array.from({ length }, (_, n) => ({ id: `${n}`, messages: [], answer: "a" }));
    expect(heldOutText({ train: pairs(5), heldOut: pairs(3), asked: 2 })).toBe("");
    expect(heldOutText({ train: pairs(5), heldOut: pairs(5), asked: 1 })).toBe(
      "Held out are 5 of 10 pairs, though --held-out asks for 1: pairs of one group go together, and the smallest group has 5. Collect pairs of more groups, or make them smaller.\n",
    );
  });

  test("counts what is longer than the window", () => {
    const pair = (cut: EncodedPair["cut"]) => ({ ids: new Uint32Array(4), from: 2, cut });
    expect(cutText([pair("none")], 64)).toBe("");
    expect(cutText([pair("both"), pair("answer")], 64)).toBe(
      "Longer than the window of 64 tokens, and read in part: 1 prompt without the beginning, 2 answers without the end. --max-tokens widens it.\n",
    );
  });
});

test("progress has step, losses, speed and time left, as far as they are known", () => {
  expect(progressText({ step: 0, steps: 80 })).toBe("step 0 / 80");
  const known = { loss: 1.4321, heldOut: { step: 10, loss: 1.3 }, tokensPerSecond: 213.7 };
  expect(progressText({ step: 12, steps: 80, ...known, secondsLeft: 250 })).toBe(
    "step 12 / 80  loss 1.432  held out 1.300  214 tokens/s  4 min left",
  );
  const measuring = { done: 30, pairs: 100 };
  expect(progressText({ step: 4, steps: 80, loss: 2, measuring })).toBe(
    "step 4 / 80  loss 2.000  measuring 30 / 100",
  );
  expect([5, 59.8, 3540, 3900].map(timeText)).toEqual(["5 s", "1 min", "59 min", "1 h 5 min"]);
});

test("progress for no terminal is a line a tenth, at each measurement, and at least a minute", () => {
  const lines: string[] = [];
  let now = 0;
  const { update } = trainProgress({ stderr: { write: (text) => lines.push(text) } }, () => now);
  // Steps of ten seconds, then a measurement of batches of ten seconds.
  for (let step = 0; step <= 100; step++, now += 10_000) update({ step, steps: 1000 });
  expect(lines).toHaveLength(1 + 100 / 5);
  lines.length = 0;
  for (let done = 1; done <= 12; done++, now += 10_000)
    update({ step: 100, steps: 1000, measuring: { done, pairs: 100 } });
  update({ step: 100, steps: 1000, heldOut: { step: 100, loss: 2 } });
  expect(lines).toEqual([
    "step 100 / 1000  measuring 5 / 100\n",
    "step 100 / 1000  measuring 10 / 100\n",
    "step 100 / 1000  held out 2.000\n",
  ]);
});
