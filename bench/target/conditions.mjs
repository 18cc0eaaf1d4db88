/**
 * Conditions: how a prompt is brought down to a size, by this library and by what it is compared with.
 *
 * A condition is a function from a prompt to the text that stays (the `prefix` of a row), or to undefined
 * where nothing of its kind fits. It gets
 *   instruction ("" = none; verbatim everywhere), contexts, joint (what lies between contexts), question,
 *   asks (the question is part of what is sized), size (most tokens), measure (tokens of a prefix, in cl100k_base),
 *   count (tokens of a text), counter, compressor, scorer, rows, seed.
 * A further condition is one more entry of CONDITIONS; `optionsCondition` makes one from compress options.
 */

import { compressPrompt, referenceModel } from "@llmlingua/core/compat";

/** Verbatim in every condition, so that only the contexts differ. */
const VERBATIM = { instructionRate: 1, questionRate: 1 };
const LONG = { method: "longllmlingua" };
const WHOLE = { tokenLevel: false, sentenceLevel: false };

export const CONDITIONS = {
  full: Object.assign(async (work) => bodyOf(work, work.contexts), { sized: false }),
  zero: Object.assign(async ({ instruction }) => instruction, { sized: false }),
  /** What the best of a whole demonstration costs, whatever that is. */
  "shortest-one": Object.assign(shortestOne, { sized: false }),
  default: optionsCondition({}),
  /** A conversation as messages, the last of them the question; nothing by default verbatim but that and calls. */
  messages: messagesCondition({}),
  "messages-random": async (work) =>
    messagesCondition({ tokenScore: "random", seed: work.seed })(work),
  /** Calls may go with their results. */
  "messages-free": messagesCondition({ keepCalls: false }),
  "messages-free-random": async (work) =>
    messagesCondition({ keepCalls: false, tokenScore: "random", seed: work.seed })(work),
  /** Budget controller and token stage instead of whole sentences. */
  stages: optionsCondition({ passages: false }),
  "stages-random": async (work) =>
    optionsCondition({ passages: false, tokenScore: "random", seed: work.seed })(work),
  paper: optionsCondition({ preset: "paper", ...VERBATIM }),
  /** The Python reference's behaviour; its sizes miss, so several targets are tried and the nearest is kept. */
  microsoft: presetMicrosoft({}),
  /** The same with the parameters of the notebook that repeats the paper's chain-of-thought experiment. */
  "microsoft-notebook": reference({ contextBudget: "*1.5", iterativeSize: 100 }),
  /** Phrases by self-information; `selective-token` and `selective-sentence` are its other two levels. */
  "selective-context": optionsCondition({ method: "selective-context" }),
  "selective-token": optionsCondition({ method: "selective-context", unit: "token" }),
  "selective-sentence": optionsCondition({ method: "selective-context", unit: "sentence" }),
  /** Its sentence level where a line is a sentence. */
  "selective-line": selectiveLine,
  "random-words": async (work) => optionsCondition({ tokenScore: "random", seed: work.seed })(work),
  "random-tokens": randomTokens,
  truncate: async (work) => cut(work, (pieces) => [...pieces.keys()]),
  tail: async (work) => cut(work, (pieces) => [...pieces.keys()].reverse()),
  "whole-first": async (work) => inARow(work, [...work.contexts.keys()]),
  "whole-last": async (work) => inARow(work, [...work.contexts.keys()].reverse()),
  "whole-shortest": wholeShortest,
  "whole-ranked": optionsCondition({ ...WHOLE, rank: "perplexity", demonstrations: false }),
  bm25: optionsCondition({ ...LONG, rank: "bm25", ...WHOLE }),
  "long-whole": optionsCondition({ ...LONG, ...WHOLE }),
  longllmlingua: optionsCondition(LONG),
  "longllmlingua-paper": optionsCondition({ ...LONG, preset: "paper", ...VERBATIM }),
  "longllmlingua-microsoft": presetMicrosoft(LONG),
};

/** Instruction and contexts as one text. */
export function bodyOf({ instruction, joint }, contexts) {
  const body = contexts.join(joint);
  return instruction !== "" && body !== "" ? `${instruction}\n\n${body}` : instruction + body;
}

/** A condition that is a call of the library, to the token or just below. */
export function optionsCondition(options) {
  if (options.preset === "microsoft") return presetMicrosoft(options);
  return toSize(
    (work, target) => compressed(work, options, target),
    (work) => firstTarget(work, options),
    options.tokenLevel === false,
  );
}

/**
 * The same of a conversation's messages, the system prompt compressed with the others, so that it can be
 * compared with conditions that see no roles.
 */
function messagesCondition(options) {
  return toSize(
    async ({ compressor, messages, textOfHistory }, targetToken) => {
      const given = { ...options, targetToken, roleRates: { system: undefined } };
      return textOfHistory((await compressor.compressMessages(messages, given)).messages);
    },
    ({ size, count, question }) => size + count(question),
    false,
    12,
  );
}

/** What `compressTo` makes of a target, at or just below the size. */
function toSize(compressTo, firstTarget, isWhole, most = isWhole ? 12 : 4) {
  return async (work) => {
    const { size, measure } = work;
    let best;
    let target = firstTarget(work);
    // One try is enough but for labels of the question, which the library does not see, and for whole contexts.
    for (let tries = 0; tries < most && target >= 1; tries++) {
      const prefix = await compressTo(work, target);
      const over = measure(prefix) - size;
      if (over <= 0 && (best === undefined || over > best.over)) best = { prefix, over };
      if (over <= 0 && (over >= -1 || isWhole || tries > 0)) break;
      target -= isWhole ? Math.max(over, Math.ceil(0.04 * size)) : over;
    }
    return best?.prefix;
  };
}

/** Tries of a condition that does not keep to its size, and how near is near enough. */
const TRIES = 8;
const NEAR = 0.03;

/**
 * The nearest of some targets, for what does not keep to its size: the size itself, then halving between
 * targets that gave too little and too much (the reference is not monotone, so the best of all is kept).
 */
function nearestOf(compressTo) {
  return async (work) => {
    const { size, measure } = work;
    const wanted = Math.max(1, size - measure(work.instruction));
    let [low, high] = [0, 2 * wanted];
    let target = wanted;
    let best;
    for (let tries = 0; tries < TRIES && target > low; tries++) {
      const prefix = await compressTo(work, target);
      const tokens = measure(prefix);
      const miss = Math.abs(tokens - size);
      if (best === undefined || miss < best.miss) best = { prefix, miss };
      if (miss <= NEAR * size) break;
      if (tokens > size) high = target;
      else low = target;
      target = Math.floor((low + high) / 2);
    }
    return best.prefix;
  };
}

/** Preset microsoft, given the question with its labels, as the reference's own examples do. */
function presetMicrosoft(options) {
  return nearestOf((work, target) => {
    const question = work.asks ? work.rows[0].suffix.trim() : work.question;
    return compressed({ ...work, question }, { ...options, preset: "microsoft" }, target);
  });
}

/** The reference with parameters of its own, without a question. */
function reference(settings) {
  return nearestOf(async ({ contexts, instruction, scorer, counter }, targetToken) => {
    const model = referenceModel(scorer, counter);
    const call = { context: contexts, instruction, targetToken, ...settings };
    return (await compressPrompt(model, call)).compressedPrompt.trimEnd();
  });
}

async function compressed(work, options, targetToken) {
  const asks = asksWith(work, options);
  const prompt = promptOf(work, asks);
  const { text } = await work.compressor.compress(prompt, { ...options, targetToken });
  if (!asks) return text.trimEnd();
  const at = text.lastIndexOf(work.question);
  if (at < 0) throw new Error(`The question is not in the compressed prompt: ${work.question}`);
  return text.slice(0, at).trimEnd();
}

/** The library's target counts what it sees: the question bare, where the size counts it with its label. */
function firstTarget(work, options) {
  const { instruction, question, size, measure, count } = work;
  if (!asksWith(work, options)) return size;
  const bare = count(`${instruction}\n\n${question}`);
  return size - measure(instruction) + bare;
}

function asksWith({ asks, question }, { method, rank }) {
  if (question === undefined) return false;
  const byQuestion = [
    "question",
    "question-sentence",
    "question-document",
    "bm25",
    "gzip",
  ].includes(rank);
  return asks || method === "longllmlingua" || byQuestion;
}

function promptOf({ instruction, contexts, joint, question }, asks) {
  let text = "";
  const parts = [];
  const add = (kind, index, own, between) => {
    if (text !== "") text += between;
    parts.push({ kind, index, start: text.length, end: text.length + own.length });
    text += own;
  };
  if (instruction !== "") add("instruction", 0, instruction, "");
  for (const [i, context] of contexts.entries()) add("context", i, context, i > 0 ? joint : "\n\n");
  if (asks) add("question", 0, question, "\n\n");
  return { text, parts };
}

/** The scorer's tokens of the contexts, kept in the order of `visit` while they fit; in the text they stay in place. */
function cut(work, visit) {
  const text = work.contexts.join(work.joint);
  const { offsets } = work.scorer.tokenizer.encode(text);
  const pieces = [];
  for (let i = 0; i + 1 < offsets.length; i++) {
    if (offsets[i + 1] > offsets[i]) pieces.push(text.slice(offsets[i], offsets[i + 1]));
  }
  const order = visit(pieces);
  const first = (n) => {
    const kept = order.slice(0, n).sort((a, b) => a - b);
    return bodyOf(work, [kept.map((i) => pieces[i]).join("")]);
  };
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (work.measure(first(middle)) <= work.size) low = middle;
    else high = middle - 1;
  }
  // Counts of joined pieces may fall by one: look a little further.
  for (let n = low + 1; n <= Math.min(low + 6, pieces.length); n++) {
    if (work.measure(first(n)) <= work.size) low = n;
  }
  return low === 0 ? undefined : first(low);
}

async function randomTokens(work) {
  const random = randomOf(`${work.seed} ${work.id}`);
  return cut(work, (pieces) => {
    const keys = pieces.map(() => random());
    return [...pieces.keys()].sort((a, b) => keys[a] - keys[b]);
  });
}

/** Whole contexts in this order up to the first that does not fit. */
function inARow(work, order) {
  let best;
  for (let n = 1; n <= order.length; n++) {
    const kept = order.slice(0, n).sort((a, b) => a - b);
    const text = bodyOf(
      work,
      kept.map((i) => work.contexts[i]),
    );
    if (work.measure(text) > work.size) break;
    best = text;
  }
  return best;
}

function byLength({ contexts, count }) {
  const lengths = contexts.map((context) => count(context));
  return [...contexts.keys()].sort((a, b) => lengths[a] - lengths[b] || a - b);
}

async function wholeShortest(work) {
  return inARow(work, byLength(work));
}

async function shortestOne(work) {
  return bodyOf(work, [work.contexts[byLength(work)[0]]]);
}

/**
 * Selective-Context's sentence level over lines: the lines of the highest mean self-information, read
 * alone, that fit; never a part of one.
 */
async function selectiveLine(work) {
  const { contexts, scorer, measure, size } = work;
  const lines = contexts.flatMap((context, of) =>
    context.split("\n").map((text, at) => ({ text, of, at })),
  );
  for (const line of lines) line.information = await meanInformation(scorer, line.text);
  const order = [...lines.keys()].sort(
    (a, b) => lines[b].information - lines[a].information || a - b,
  );
  const kept = new Set();
  const text = () => {
    const blocks = contexts.map((_, of) =>
      lines.filter((line, i) => line.of === of && kept.has(i)).map((line) => line.text),
    );
    return bodyOf(
      work,
      blocks.filter((block) => block.length > 0).map((block) => block.join("\n")),
    );
  };
  for (const i of order) {
    if (lines[i].text.trim() === "") continue;
    kept.add(i);
    if (measure(text()) > size) kept.delete(i);
  }
  return kept.size === 0 ? undefined : text();
}

/** Mean −ln p of a line's tokens but the first, which nothing precedes. */
async function meanInformation(scorer, line) {
  const { ids } = scorer.tokenizer.encode(line);
  if (ids.length < 2) return 0;
  const most = Math.min(ids.length, scorer.maxTokens);
  const logprobs = await scorer.score(ids.subarray(0, most), { from: 1 });
  return -logprobs.reduce((sum, logprob) => sum + logprob, 0) / logprobs.length;
}

/** Numbers in [0, 1) from a text (mulberry32 over FNV-1a). */
export function randomOf(seed) {
  let state = 0x811c9dc5;
  for (const char of String(seed)) state = Math.imul(state ^ char.codePointAt(0), 0x01000193);
  return mulberry32(state);
}

/** Numbers in [0, 1) from a 32-bit state. */
export function mulberry32(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
