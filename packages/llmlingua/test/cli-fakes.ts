/**
 * A library without a model, and the outside as strings: for tests of the command.
 *
 * Tokens are words with the space before them; one is the more surprising the longer it is and
 * the less often it came before.
 */
import type { CliContext, Io, Library } from "../src/cli/io.js";
import type {
  Budget,
  CompressedPart,
  CompressedPrompt,
  CompressOptions,
  CompressorSettings,
  PromptInput,
} from "../src/index.js";

/** What `run` needs, and what it wrote. */
export interface FakeOutside {
  readonly context: CliContext;
  stdout(): string;
  stderr(): string;
  /** Calls of the library, in order. */
  readonly calls: FakeCall[];
}

export interface FakeCall {
  readonly input: string | PromptInput;
  readonly options: CompressOptions & Budget;
  readonly settings?: CompressorSettings;
  closed: boolean;
}

interface Given {
  readonly stdin?: string | Uint8Array;
  /** Both outputs are terminals, and standard input too when it is not given. */
  readonly terminal?: boolean;
  readonly env?: Io["env"];
  readonly signal?: AbortSignal;
  readonly fail?: Error;
}

export function fakeOutside(given: Given = {}): FakeOutside {
  const { stdin, terminal, env = {}, signal = new AbortController().signal, fail } = given;
  const [out, err]: [string[], string[]] = [[], []];
  const calls: FakeCall[] = [];
  const bytes = typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin;
  const io: Io = {
    stdin: Object.assign(chunksOf(bytes ?? new Uint8Array()), { isTTY: terminal && !bytes }),
    stdout: { write: (text) => out.push(text), isTTY: terminal },
    stderr: { write: (text) => err.push(text), isTTY: terminal },
    env,
    signal,
  };
  const library = async () => fakeLibrary(calls, fail);
  return {
    context: { io, library },
    stdout: () => out.join(""),
    stderr: () => err.join(""),
    calls,
  };
}

async function* chunksOf(bytes: Uint8Array) {
  for (let i = 0; i < bytes.length; i += 7) yield bytes.subarray(i, i + 7);
}

function fakeLibrary(calls: FakeCall[], fail: Error | undefined): Library {
  return {
    DEFAULT_TOKENIZER: "words",
    createCompressor: (settings) => ({
      async compress(input, options) {
        calls.push({ input, options, settings, closed: false });
        if (fail) throw fail;
        return fakeResult(input, options.rate ?? 0.5);
      },
      count: async (text) => wordsOf(text).length,
      close: async () => {
        for (const call of calls) call.closed = true;
      },
    }),
    loadTokenCounter: async (name) => ({ name, count: (text) => wordsOf(text).length }),
  };
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
    preset: "default",
    scorer: "fake",
    timings: {
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
