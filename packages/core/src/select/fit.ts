/**
 * The size asked for is the size got: the longest choice that does not exceed a target.
 *
 * Pure: counts come from a function, which may take its time.
 *
 * @module
 */

export interface FitInput {
  /** Atoms that may be kept, most important first: how many there are. */
  readonly atoms: number;
  /** Where to start looking: how many the token stage kept. */
  readonly start: number;
  /** Most tokens the result may have. */
  readonly target: number;
  /** A gap of so many tokens is left as it is rather than filled with single atoms; default 0. */
  readonly slack?: number;
  /** Tokens of the text with the first `n` atoms and the atoms `extras`. */
  readonly count: (n: number, extras: readonly number[]) => Promise<number>;
}

export interface Fit {
  /** The first `n` atoms are kept … */
  readonly n: number;
  /** … and these, which fill what was left of the target. */
  readonly extras: readonly number[];
  /** The longest prefix that fits: the atom after it is too large. */
  readonly prefix: number;
}

/** Most single atoms tried without success to fill the last tokens; after half of them those further away. */
const MOST_TRIES = 64;
/** A gap is large, and filled from further away where what is near does not fit, above so many tokens and such a share of the target. */
const LARGE_GAP = { tokens: 2, share: 0.02 };
/** From here on guesses halve the interval instead of interpolating. */
const INTERPOLATIONS = 6;
/** With more than so many tokens to spare, or such a share of the target, atoms are traded. */
const SLACK = { tokens: 2, share: 0.002 };
/** Atoms in a row that are too large, until a gap within the slack's share is left as it is. */
const MOST_MISSES = 8;
/** Atoms left out that may come in, and atoms kept that may go for one of them. */
const MOST_TRADED = { in: 4, out: 16 };

/**
 * Finds the largest prefix of atoms within `target`, then fills the gap with single later atoms;
 * where only large ones are left, one of them takes the place of others near the prefix's end.
 */
export async function fitSize(input: FitInput): Promise<Fit> {
  const { low, tokens } = await longestPrefix(input);
  const isEnough = low > 0 && input.target - tokens <= (input.slack ?? 0);
  if (low === input.atoms || isEnough) return { n: low, extras: [], prefix: low };
  const filled = await fillGap(input, low, tokens);
  const slack = Math.max(SLACK.tokens, SLACK.share * input.target);
  const best = input.target - filled.tokens > slack ? await trade(input, filled) : filled;
  return { n: best.n, extras: best.extras, prefix: low };
}

/** A choice of atoms. */
type Choice = Omit<Fit, "prefix">;

interface Counted extends Choice {
  readonly tokens: number;
}

async function longestPrefix(input: FitInput): Promise<{ low: number; tokens: number }> {
  const { target, count } = input;
  let low = 0;
  let tokens = await count(0, []);
  let high = input.atoms + 1;
  let guess = Math.min(input.atoms, Math.max(1, input.start));
  for (let step = 0; high - low > 1; step++) {
    const counted = await count(guess, []);
    if (counted <= target) {
      low = guess;
      tokens = counted;
    } else {
      high = guess;
    }
    const perAtom = Math.max(counted, 1) / Math.max(guess, 1);
    const wanted = guess + Math.round((target - counted) / perAtom);
    const middle = (low + high) >> 1;
    guess = Math.min(high - 1, Math.max(low + 1, step < INTERPOLATIONS ? wanted : middle));
  }
  return { low, tokens };
}

async function fillGap(input: FitInput, n: number, counted: number): Promise<Counted> {
  const { target, count, atoms } = input;
  const extras: number[] = [];
  let tokens = counted;
  const isLarge = () => target - tokens > Math.max(LARGE_GAP.tokens, LARGE_GAP.share * target);
  let misses = 0;
  let stride = 1;
  for (let i = n + 1, all = 0; i < atoms && all < MOST_TRIES && tokens < target; i += stride) {
    if (misses >= MOST_MISSES && target - tokens <= SLACK.share * target) break;
    const tried = await count(n, [...extras, i]);
    if (tried > target || tried < tokens) {
      all++;
      if (++misses >= MOST_TRIES / 2 && isLarge()) stride *= 2;
      continue;
    }
    extras.push(i);
    tokens = tried;
    misses = 0;
    stride = 1;
  }
  return { n, extras, tokens };
}

async function trade(input: FitInput, filled: Counted): Promise<Choice> {
  let best = filled;
  for (const traded of trades(input.atoms, filled)) {
    if (best.tokens === input.target) break;
    const tokens = await input.count(traded.n, traded.extras);
    if (tokens <= input.target && tokens > best.tokens) best = { ...traded, tokens };
  }
  return takeBack(input, filled.n, best);
}

/** Of the atoms before `end` that made room, those that fit all the same. */
async function takeBack(input: FitInput, end: number, traded: Counted): Promise<Choice> {
  const { n } = traded;
  let { extras, tokens } = traded;
  for (let i = n; i < end && tokens < input.target; i++) {
    if (extras.includes(i)) continue;
    const tried = await input.count(n, [...extras, i]);
    if (tried > input.target || tried <= tokens) continue;
    extras = [...extras, i];
    tokens = tried;
  }
  return { n, extras };
}

/** One atom comes in; of the prefix, one of its last atoms goes, or so many at its end. */
function* trades(atoms: number, { n, extras }: Choice): Generator<Choice> {
  const leftOut: number[] = [];
  for (let i = n; i < atoms && leftOut.length < MOST_TRADED.in; i++) {
    if (!extras.includes(i)) leftOut.push(i);
  }
  for (const i of leftOut) {
    for (let out = n - 1; out >= Math.max(0, n - MOST_TRADED.out); out--) {
      const others = Array.from({ length: n - 1 - out }, (_, k) => out + 1 + k);
      yield { n: out, extras: [...others, ...extras, i] };
      yield { n: out, extras: [...extras, i] };
    }
  }
}
