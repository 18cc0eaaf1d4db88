/**
 * A library without a model, and the outside as strings: for tests of the command.
 *
 * Tokens are words with the space before them; one is the more surprising the longer it is and
 * the less often it came before.
 */
import { loadPackaged } from "../src/cli/commands/packaged.js";
import type { CliContext, Io, Library } from "../src/cli/io.js";
import {
  type Budget,
  type ChatMessage,
  type CompressedPart,
  type CompressedPrompt,
  type CompressOptions,
  type Compressor,
  type CompressorSettings,
  type EmbeddingsEndpointOptions,
  embeddingRanker,
  jsonPrompt,
  type MessagesOptions,
  type Prompt,
  type PromptInput,
  parseProtect,
  type Ranker,
  type RerankEndpointOptions,
  recover,
  type TextEmbedder,
  taggedPrompt,
} from "../src/index.js";

/** What `run` needs, and what it wrote. */
export interface FakeOutside {
  readonly context: CliContext;
  stdout(): string;
  stderr(): string;
  /** Calls of the library, in order. */
  readonly calls: FakeCall[];
  /** Rankers that were opened, in order. */
  readonly rankers: FakeRanker[];
}

export interface FakeCall {
  readonly input: string | PromptInput | Prompt | readonly ChatMessage[];
  readonly options: CompressOptions & Budget & MessagesOptions;
  readonly settings?: CompressorSettings;
  closed: boolean;
}

/** A ranker that was opened, from a folder or for a service. */
export interface FakeRanker {
  readonly place: string;
  readonly options?: object;
  closed: boolean;
}

interface Given {
  readonly stdin?: string | Uint8Array;
  /** Both outputs are terminals, and standard input too when it is not given. */
  readonly terminal?: boolean;
  readonly env?: Io["env"];
  readonly signal?: AbortSignal;
  readonly fail?: Error;
  /** Compressions end only by Ctrl-C. */
  readonly hangs?: boolean;
  /** How long opening a ranker takes. */
  readonly opening?: Promise<void>;
}

export function fakeOutside(given: Given = {}): FakeOutside {
  const { stdin, terminal, env = {}, signal = new AbortController().signal } = given;
  const [out, err]: [string[], string[]] = [[], []];
  const [calls, rankers]: [FakeCall[], FakeRanker[]] = [[], []];
  const bytes = typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin;
  const io: Io = {
    stdin: Object.assign(chunksOf(bytes ?? new Uint8Array()), { isTTY: terminal && !bytes }),
    stdout: { write: (text) => out.push(text), isTTY: terminal },
    stderr: { write: (text) => err.push(text), isTTY: terminal },
    env,
    signal,
  };
  const library = async () => fakeLibrary(calls, rankers, given);
  return {
    context: { io, library, packaged: loadPackaged },
    stdout: () => out.join(""),
    stderr: () => err.join(""),
    calls,
    rankers,
  };
}

async function* chunksOf(bytes: Uint8Array) {
  for (let i = 0; i < bytes.length; i += 7) yield bytes.subarray(i, i + 7);
}

function fakeLibrary(calls: FakeCall[], rankers: FakeRanker[], given: Given): Library {
  return {
    DEFAULT_TOKENIZER: "words",
    ...{ embeddingRanker, jsonPrompt, parseProtect, recover, taggedPrompt },
    ...fakeRankers(rankers, given.opening),
    createCompressor: (settings) => fakeCompressor(calls, settings, given),
    loadTokenCounter: async (name) => ({ name, count: (text) => wordsOf(text).length }),
  };
}

function fakeCompressor(
  calls: FakeCall[],
  settings: CompressorSettings | undefined,
  { fail, hangs }: Given,
): Compressor {
  const called = (input: FakeCall["input"], options: FakeCall["options"]) => {
    calls.push({ input, options, settings, closed: false });
    if (fail) throw fail;
    return typeof options.rate === "number" ? options.rate : 0.5;
  };
  return {
    async compress(input, options) {
      const rate = called(input, options);
      if (hangs) await abortOf(options.signal);
      return isPrompt(input) ? fakeWhole(input) : fakeResult(input, rate);
    },
    async compressMessages(messages, options) {
      const rate = called(messages, options);
      const short = messages.map((message) => ({ ...message, content: "short" }));
      return { ...fakeResult("A chat about tides and boats", rate), messages: short };
    },
    async *compressMany() {},
    count: async (text) => wordsOf(text).length,
    close: async () => {
      for (const call of calls) call.closed = true;
    },
  };
}

function abortOf(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason));
  });
}

function fakeRankers(rankers: FakeRanker[], opening: Promise<void> = Promise.resolve()) {
  const opened = (place: string, options?: object): Ranker & TextEmbedder => {
    const entry = { place, options, closed: false };
    rankers.push(entry);
    return {
      name: place,
      score: async (_query, texts) => new Float64Array(texts.length),
      embed: async (texts) => texts.map(() => Float32Array.of(1)),
      close: async () => {
        entry.closed = true;
      },
    };
  };
  return {
    loadTextEmbedder: (folder: string | URL, options?: object) =>
      opening.then(() => opened(`encoder ${folder}`, options)),
    loadCrossEncoder: (folder: string | URL, options?: object) =>
      opening.then(() => opened(`reranker ${folder}`, options)),
    embeddingsEndpoint: (options: EmbeddingsEndpointOptions) => opened("embeddings", options),
    rerankEndpoint: (options: RerankEndpointOptions) => opened("rerank", options),
  };
}

function isPrompt(input: string | PromptInput | Prompt): input is Prompt {
  return typeof input === "object" && "parts" in input;
}

/** A result that keeps all of the source. */
function fakeWhole({ text, source }: Prompt): CompressedPrompt {
  const original = source?.text ?? text;
  return { ...fakeResult("all", 1), original, text: original, spans: [[0, original.length]] };
}

/** A result of the right shape; contexts of fewer than three kept words are dropped whole. */
export function fakeResult(input: string | PromptInput, rate: number): CompressedPrompt {
  const prompt: PromptInput = typeof input === "string" ? { contexts: input } : input;
  const contexts = [prompt.contexts ?? []].flat().flatMap((text) => text.split(/\n\s*\n/));
  const texts = [
    ...(prompt.instruction ? [{ kind: "instruction" as const, text: prompt.instruction }] : []),
    ...contexts.map((text) => ({ kind: "context" as const, text })),
    ...(prompt.question ? [{ kind: "question" as const, text: prompt.question }] : []),
  ];
  const original = texts.map(({ text }) => text).join("\n\n");
  const words = wordsOf(original);
  const offsets = Uint32Array.from([...words.map(({ index }) => index), original.length]);
  const surprisals = surprisalsOf(words.map(([word]) => word));
  const threshold = Float32Array.from(surprisals).sort()[Math.floor(words.length * (1 - rate))];
  const kept = Uint8Array.from(surprisals, (s) => Number(s >= threshold));
  const inside = (start: number, end: number) =>
    [...kept.keys()].filter((i) => offsets[i] < end && offsets[i + 1] > start);
  const parts: CompressedPart[] = [];
  let at = 0;
  for (const [i, { kind, text }] of texts.entries()) {
    const [start, end] = [at, at + text.length];
    const own = inside(start, end);
    const verbatim = kind !== "context";
    const dropped = !verbatim && own.filter((t) => kept[t]).length < 3;
    for (const t of own) kept[t] = dropped ? 0 : verbatim ? 1 : kept[t];
    const keptWords = own.filter((t) => kept[t]);
    parts.push({
      kind,
      index: texts.slice(0, i).filter((other) => other.kind === kind).length,
      start,
      end,
      text: keptWords.map((t) => words[t][0]).join(""),
      originalTokens: own.length,
      compressedTokens: keptWords.length,
      dropped,
      surprisal: verbatim ? undefined : own.reduce((s, t) => s + surprisals[t], 0) / own.length,
    });
    if (verbatim) for (const t of own) surprisals[t] = Number.NaN;
    at = end + 2;
  }
  const spans = [...kept.keys()]
    .filter((i) => kept[i])
    .map((i) => [offsets[i], offsets[i + 1]] as const);
  const compressedTokens = spans.length;
  return {
    text: spans.map(([start, end]) => original.slice(start, end)).join(""),
    original,
    spans,
    parts,
    originalTokens: words.length,
    compressedTokens,
    tokenizer: "words",
    rate: compressedTokens / words.length,
    ratio: words.length / compressedTokens,
    targetTokens: Math.round(words.length * rate),
    tokens: { offsets, surprisals, kept },
    dropped: {
      contexts: parts.filter(({ dropped }) => dropped).map(({ index }) => index),
      sentences: [],
    },
    method: "llmlingua",
    preset: "default",
    scorer: "fake",
    timings: {
      rankMs: 0,
      tokenizeMs: 1,
      coarseMs: 900,
      fineMs: 1000,
      fitMs: 1,
      totalMs: 1902,
      scoredTokens: 9,
    },
  };
}

function wordsOf(text: string): RegExpExecArray[] {
  return [...text.matchAll(/\s*\S+\s*$|\s*\S+/g)] as RegExpExecArray[];
}

function surprisalsOf(words: readonly string[]): Float32Array {
  const seen = new Map<string, number>();
  return Float32Array.from(words, (raw) => {
    const word = raw.trim().toLowerCase();
    const before = seen.get(word) ?? 0;
    seen.set(word, before + 1);
    const hash = [...word].reduce((h, c) => (h * 31 + (c.codePointAt(0) ?? 0)) % 997, 7) / 997;
    return (hash * 4 + Math.min(9, word.length)) / (1 + before * 0.8);
  });
}
