/** The embedded model from end to end. Needs `npm run build`. */
import { readFileSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import {
  type Budget,
  type CompressedPrompt,
  type CompressOptions,
  compress,
  createCompressor,
  type Progress,
} from "llmlingua";
import { afterAll, describe, expect, it } from "vitest";

/** Worker threads that are alive: each holds a model. */
const WORKERS = new Set<Worker>();
process.on("worker", (worker) => {
  WORKERS.add(worker);
  worker.once("exit", () => WORKERS.delete(worker));
});

const fixture = (name: string) =>
  readFileSync(new URL(`./fixtures/${name}`, import.meta.url), "utf8").trimEnd();

const SHOTS = fixture("shots.txt");
const TEXTS = {
  "an English prompt of four shots": SHOTS,
  "Chinese prose": fixture("chinese.txt"),
  "Python code": fixture("queue.py.txt"),
  JSON: fixture("orders.json"),
  "a chat full of emojis": fixture("chat.txt"),
};

const compressor = createCompressor();
afterAll(() => compressor.close());

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

async function expectInvariants(result: CompressedPrompt): Promise<void> {
  const { text, original, spans, compressedTokens, targetTokens } = result;
  expect(spans.map(([start, end]) => original.slice(start, end)).join("")).toBe(text);
  expect(await compressor.count(text)).toBe(compressedTokens);
  expect(compressedTokens).toBeLessThanOrEqual(targetTokens);
  expect(targetTokens - compressedTokens).toBeLessThanOrEqual(Math.max(2, 0.02 * targetTokens));
  const edges = new Set([original.length]);
  for (const { index } of graphemes.segment(original)) edges.add(index);
  for (const edge of spans.flat()) expect(edges).toContain(edge);
  let last = -1;
  for (const [start, end] of spans) {
    expect(start).toBeGreaterThan(last);
    expect(end).toBeGreaterThan(start);
    last = end;
  }
  for (const value of result.tokens.surprisals)
    expect(value >= 0 || Number.isNaN(value)).toBe(true);
}

describe.each(Object.entries(TEXTS))("%s", (_name, original) => {
  it("has the size asked for at half and a tenth, in slices of whole characters", async () => {
    for (const rate of [0.5, 0.1]) {
      const result = await compressor.compress(original, { rate });
      expect(result.targetTokens).toBe(Math.round(rate * result.originalTokens));
      await expectInvariants(result);
    }
  });

  it("is the same twice, and itself at rate 1", async () => {
    const [one, two] = [
      await compressor.compress(original, { rate: 0.4 }),
      await compressor.compress(original, { rate: 0.4 }),
    ];
    expect(two.spans).toEqual(one.spans);
    expect(two.tokens).toEqual(one.tokens);
    expect((await compressor.compress(original, { rate: 1 })).text).toBe(original);
  });

  it("is never longer for a smaller size", async () => {
    let longest = 0;
    for (const rate of [0.15, 0.3, 0.8]) {
      const { compressedTokens } = await compressor.compress(original, { rate });
      expect(compressedTokens).toBeGreaterThanOrEqual(longest);
      longest = compressedTokens;
    }
  });
});

describe("an English prompt of four shots, five times shorter", () => {
  it("keeps labels and closing lines of the shots that stay", async () => {
    const { text } = await compressor.compress(SHOTS, { rate: 0.2 });
    const closings = text.match(/^The answer is \d+$/gm) ?? [];
    expect(closings.length).toBeGreaterThan(0);
    expect(text.match(/^Question:/gm)?.length).toBeGreaterThanOrEqual(closings.length);
  });

  it("reads numbers and words whole", async () => {
    const { text } = await compressor.compress(SHOTS, { rate: 0.3 });
    const known = new Set(SHOTS.match(/\w+/g));
    for (const word of text.match(/\w+/g) ?? []) expect(known).toContain(word);
  });

  it("keeps what is protected, also of shots that are dropped", async () => {
    const protect = ["orchard", /\d+ seconds for a poster/];
    const result = await compressor.compress(SHOTS, { rate: 0.2, protect });
    expect(result.text).toContain("orchard");
    expect(result.text).toContain("40 seconds for a poster");
    await expectInvariants(result);
  });

  it("prefers surprising words: what it keeps is less likely than what it drops", async () => {
    const options = { rate: 0.5, contextLevel: false, structure: false };
    const { tokens } = await compressor.compress(SHOTS, options);
    const mean = (flag: number) => {
      const own = tokens.surprisals.filter((s, t) => tokens.kept[t] === flag && !Number.isNaN(s));
      return own.reduce((sum, s) => sum + s, 0) / own.length;
    };
    expect(mean(1)).toBeGreaterThan(mean(0) + 1);
  });
});

describe("switches", () => {
  const [instruction, ...contexts] = SHOTS.split("\n\n");
  const input = { instruction, contexts, question: "Question: How far is it from Lund to Kiel?" };
  const variants: readonly CompressOptions[] = [
    {},
    { demonstrations: true },
    { preset: "paper" },
    { iterative: false },
    { contextLevel: false },
    { tokenScore: "random" },
    { tokenScore: "next-surprisal" },
    { rank: "random", seed: 3 },
    { structure: false },
    { unit: "line" },
    { unit: "token" },
    { unitScore: "sum" },
    { fixedRate: true },
  ];

  it("each make another prompt of the same size", async () => {
    const texts = new Set<string>();
    for (const options of variants) {
      const result = await compressor.compress(input, {
        targetToken: 130,
        demonstrations: false,
        ...options,
      });
      await expectInvariants(result);
      texts.add(result.text);
    }
    expect(texts.size).toBe(variants.length);
  });

  it("keep instruction and question verbatim, unless they have a rate as in the paper", async () => {
    const textOf = ({ parts }: CompressedPrompt, kind: string) =>
      parts.find((part) => part.kind === kind)?.text;
    const size: Budget = { targetToken: 120 };
    const plain = await compressor.compress(input, size);
    expect(textOf(plain, "instruction")).toBe(instruction);
    expect(textOf(plain, "question")).toBe(input.question);
    const paper = await compressor.compress(input, { ...size, preset: "paper" });
    expect(textOf(paper, "instruction")).not.toBe(instruction);
    expect(paper.preset).toBe("paper");
  });

  it("run the reference's recipe as preset microsoft, in slices too", async () => {
    const result = await compressor.compress(input, { rate: 0.5, preset: "microsoft" });
    const { text, original, spans, compressedTokens, originalTokens } = result;
    expect(spans.map(([start, end]) => original.slice(start, end)).join("")).toBe(text);
    expect(compressedTokens).toBeLessThan(0.75 * originalTokens);
    expect(text).toContain(input.question);
    expect(text).not.toBe((await compressor.compress(input, { rate: 0.5 })).text);
  });

  it("drop whole sentences of prose, and only whole ones, where the token level is off", async () => {
    const cities = ["Lund", "Kiel", "Oslo", "Turku", "Gdansk", "Riga", "Bergen", "Visby"];
    const sentences = cities.map((city, i) => `The ferry number ${i} to ${city} left at ${i + 7}.`);
    const options = { rate: 0.5, tokenLevel: false, sentenceLevel: true };
    const { text, dropped, rate } = await compressor.compress(sentences.join(" "), options);
    const kept = sentences.filter((sentence) => text.includes(sentence));
    expect(text).toBe(kept.join(" "));
    expect(kept.length).toBe(4);
    expect(dropped.sentences.length).toBe(4);
    expect(rate).toBeLessThanOrEqual(0.55);
  });

  it("take lines of indented code for lines", async () => {
    const code = TEXTS["Python code"];
    const lines = new Set(code.split("\n").map((line) => line.trim()));
    const { text } = await compressor.compress(code, { rate: 0.5, unit: "line" });
    const whole = text.split("\n").filter((line) => lines.has(line.trim()));
    // All but the one that was cut to meet the size.
    expect(text.split("\n").length - whole.length).toBeLessThanOrEqual(1);
    expect(whole.length).toBeGreaterThan(8);
  });

  it("let what came before decide what is surprising", async () => {
    const sentence = "The old ferry leaves from pier nine at half past seven in the morning. ";
    const other = "Bring a warm coat because the wind at sea is always colder than in town. ";
    const options = { rate: 0.6, contextLevel: false, structure: false, sentenceLevel: false };
    const { tokens, original } = await compressor.compress(
      `${sentence}${other}${sentence}`,
      options,
    );
    const second = original.lastIndexOf(sentence);
    const mean = (from: number, to: number) => {
      const own = tokens.surprisals.filter(
        (s, t) => tokens.offsets[t] >= from && tokens.offsets[t + 1] <= to && !Number.isNaN(s),
      );
      return own.reduce((sum, s) => sum + s, 0) / own.length;
    };
    expect(mean(second, original.length)).toBeLessThan(0.7 * mean(0, sentence.length));
  });
});

describe("several jobs", () => {
  const options = { rate: 0.5, segmentSize: 32 };

  it("give at once what they give one after another", async () => {
    const texts = [SHOTS, TEXTS["Chinese prose"]];
    const atOnce = await Promise.all(texts.map((text) => compressor.compress(text, options)));
    for (const [i, text] of texts.entries()) {
      expect((await compressor.compress(text, options)).spans).toEqual(atOnce[i].spans);
    }
  });

  it.each(["coarse", "fine"] as const)(
    "go on after one is aborted in its %s stage",
    async (stage) => {
      // By default worked examples are chosen by length, which nobody reads.
      const reads = { ...options, rank: "perplexity" as const };
      const stop = new AbortController();
      const stopAt = (progress: Progress) => {
        if (progress.stage === stage && progress.done > 100) stop.abort();
      };
      const aborted = compressor.compress(SHOTS, {
        ...reads,
        signal: stop.signal,
        onProgress: stopAt,
      });
      const next = compressor.compress(SHOTS, reads);
      await expect(aborted).rejects.toMatchObject({ code: "aborted" });
      expect((await next).spans).toEqual((await compressor.compress(SHOTS, reads)).spans);
    },
  );

  it("report progress that only grows and ends when all is done", async () => {
    const seen: Progress[] = [];
    await compressor.compress(SHOTS, { ...options, onProgress: (progress) => seen.push(progress) });
    for (let i = 1; i < seen.length; i++) expect(seen[i].done).toBeGreaterThan(seen[i - 1].done);
    expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
  });
});

describe("the compress function", () => {
  it("works without any setting, and refuses bad input by name", async () => {
    const { text, tokenizer, compressedTokens } = await compress(SHOTS, { targetToken: 150 });
    expect([tokenizer, compressedTokens]).toEqual(["cl100k_base", 150]);
    expect(text).toContain("The answer is");
    await expect(compress(SHOTS, { rate: 2 })).rejects.toMatchObject({ code: "invalid-option" });
    await expect(compress(null as unknown as string, { rate: 0.5 })).rejects.toMatchObject({
      code: "invalid-prompt",
    });
  });

  it("counts in the tokenizer that is named", async () => {
    const result = await compress(SHOTS, { targetToken: 150, tokenizer: "gpt-4o" });
    expect(result.tokenizer).toBe("o200k_base");
    expect(Math.abs(result.compressedTokens - 150)).toBeLessThanOrEqual(2);
  });

  it("is a clear error once the compressor is closed", async () => {
    const own = createCompressor();
    await own.close();
    await expect(own.compress(SHOTS, { rate: 0.5 })).rejects.toMatchObject({ code: "closed" });
  });

  it("counts in one tokenizer after another without loading the model again", async () => {
    await compress(SHOTS, { rate: 0.9 });
    const loaded = workers();
    for (const tokenizer of ["gpt-4o", "r50k_base", { name: "letters", count: lengthOf }]) {
      await compress("A few words and some more of them.", { rate: 0.5, tokenizer });
    }
    expect(workers()).toBe(loaded);
  });
});

describe("a compressor whose model is not loaded", () => {
  it("hears of bad options, and gives back what fits, without loading it", async () => {
    const before = workers();
    const own = createCompressor();
    const bad: CompressOptions & Budget = { rate: 2 };
    await expect(own.compress(SHOTS, bad)).rejects.toMatchObject({ code: "invalid-option" });
    const signal = AbortSignal.abort();
    await expect(own.compress(SHOTS, { rate: 0.5, signal })).rejects.toMatchObject({
      code: "aborted",
    });
    expect(await own.compress(SHOTS, { rate: 1 })).toMatchObject({ text: SHOTS, scorer: "none" });
    expect(await own.compress("", { rate: 0.5 })).toMatchObject({ text: "", scorer: "none" });
    expect(workers()).toBe(before);
    await own.close();
  });

  it("can be closed while it loads: its job ends, and so does the worker", async () => {
    const before = workers();
    const own = createCompressor();
    const job = own.compress(SHOTS, { rate: 0.5 });
    await expect.poll(workers, { interval: 1 }).toBe(before + 1);
    await own.close();
    await expect(job).rejects.toMatchObject({ code: "closed" });
    expect(workers()).toBe(before);
  });
});

const lengthOf = (text: string) => text.length;

function workers(): number {
  return WORKERS.size;
}
