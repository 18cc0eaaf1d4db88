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
  /** Tokens of the text with the first `n` atoms and the atoms `extras`. */
  readonly count: (n: number, extras: readonly number[]) => Promise<number>;
}

export interface Fit {
  /** The first `n` atoms are kept … */
  readonly n: number;
  /** … and these, which fill what was left of the target. */
  readonly extras: readonly number[];
}

/** Most single atoms tried to fill the last tokens. */
const MOST_TRIES = 64;
/** From here on guesses halve the interval instead of interpolating. */
const INTERPOLATIONS = 6;

/** Finds the largest prefix of atoms within `target`, then fills the gap with single later atoms. */
export async function fitSize(input: FitInput): Promise<Fit> {
  const { low, tokens } = await longestPrefix(input);
  if (low === input.atoms) return { n: low, extras: [] };
  return { n: low, extras: await fillGap(input, low, tokens) };
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

async function fillGap(input: FitInput, n: number, counted: number): Promise<number[]> {
  const { target, count, atoms } = input;
  const extras: number[] = [];
  let tokens = counted;
  for (let i = n + 1; i < Math.min(atoms, n + 1 + MOST_TRIES) && tokens < target; i++) {
    const tried = await count(n, [...extras, i]);
    if (tried > target || tried < tokens) continue;
    extras.push(i);
    tokens = tried;
  }
  return extras;
}
