/**
 * Bringing something to a size that it does not count itself: labels that it cannot see, whole
 * contexts that fit or do not, a reference that misses.
 *
 * @module
 */
import { throwIfAborted } from "../errors.js";
import type { Work } from "./types.js";

/** What is left of a prompt for a target in tokens. */
export type CompressTo = (work: Work, target: number) => Promise<string>;

export interface FitOptions {
  /** The target of the first try. */
  firstTarget(work: Work): number;
  /** Only whole contexts or messages can go, so that sizes come in steps. */
  readonly inSteps: boolean;
}

/** Of a target that is too large, in steps: how much less is asked for at least, as a share of the size. */
const STEP = 0.04;

/**
 * At or just below the size. One try is enough, except for labels of the question that the library does
 * not see and for what comes in steps.
 */
export async function atMost(
  work: Work,
  compressTo: CompressTo,
  { firstTarget, inSteps }: FitOptions,
): Promise<string | undefined> {
  const { size, measure } = work;
  let best: (Made & { readonly over: number }) | undefined;
  let target = firstTarget(work);
  const most = inSteps ? 12 : 4;
  for (let tries = 0; tries < most && target >= 1; tries++) {
    const made = await make(work, compressTo, target);
    const over = measure(made.prompt) - size;
    if (over <= 0 && (best === undefined || over > best.over)) best = { ...made, over };
    if (over <= 0 && (over >= -1 || inSteps || tries > 0)) break;
    target -= inSteps ? Math.max(over, Math.ceil(STEP * size)) : over;
  }
  return keep(work, best);
}

const TRIES = 8;
/** How near is near enough, as a share of the size. */
const NEAR = 0.02;

/**
 * The nearest of some targets, for what does not keep to its size: the size itself, then halving between
 * targets that gave too little and too much. The reference is not monotone, so the best of all is kept.
 */
export async function nearest(work: Work, compressTo: CompressTo): Promise<string | undefined> {
  const { size, measure, group } = work;
  const wanted = Math.max(1, size - measure(group.instruction));
  let [low, high] = [0, 2 * wanted];
  let target = wanted;
  let best: (Made & { readonly miss: number }) | undefined;
  for (let tries = 0; tries < TRIES && target > low; tries++) {
    const made = await make(work, compressTo, target);
    const tokens = measure(made.prompt);
    const miss = Math.abs(tokens - size);
    if (best === undefined || miss < best.miss) best = { ...made, miss };
    if (miss <= NEAR * size) break;
    if (tokens > size) high = target;
    else low = target;
    target = Math.floor((low + high) / 2);
  }
  return keep(work, best);
}

/** One try. */
interface Made {
  readonly prompt: string;
  readonly ms: number;
}

async function make(work: Work, compressTo: CompressTo, target: number): Promise<Made> {
  const { signal } = work;
  throwIfAborted(signal);
  const started = performance.now();
  return { prompt: await compressTo(work, target), ms: performance.now() - started };
}

function keep(work: Work, best: Made | undefined): string | undefined {
  if (best !== undefined) work.took?.(best.ms);
  return best?.prompt;
}
