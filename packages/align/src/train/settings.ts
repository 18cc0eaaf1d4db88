/**
 * What a training is asked for, with its defaults. Pure.
 *
 * @module
 */
import type { Template } from "../encode/index.js";
import { PROJECTIONS, type Projection } from "../graphs/index.js";

export interface TrainSettings {
  /** Of every pair of matrices, at least 1. */
  readonly rank: number;
  /** What a pair adds is multiplied by alpha / rank. */
  readonly alpha: number;
  /** Which matrices carry a pair. */
  readonly projections: readonly Projection[];
  /** The highest of the schedule. */
  readonly learningRate: number;
  /** Times that every pair is read. */
  readonly epochs: number;
  /** Tokens of a batch, padding included; a longer pair is a batch of its own. */
  readonly batchTokens: number;
  /** The window: tokens of prompt and answer together. */
  readonly maxTokens: number;
  readonly template: Template;
  /** Share of the steps in which the learning rate rises. */
  readonly warmup: number;
  /** The longest that all gradients together may be (Euclidean norm). */
  readonly clip: number;
  /** Decoupled, as in AdamW. */
  readonly weightDecay: number;
  readonly seed: number;
  /** Share (up to 0.5) or number (1 and more) of the pairs that are kept for measuring. */
  readonly heldOut: number;
  /** How often the held-out loss is measured, evenly spaced, the last step included. */
  readonly evaluations: number;
  /** Evaluations without a new best after which training stops. */
  readonly patience: number;
}

export const DEFAULTS: TrainSettings = {
  rank: 8,
  alpha: 16,
  projections: PROJECTIONS,
  learningRate: 5e-4,
  epochs: 1,
  batchTokens: 1024,
  maxTokens: 1024,
  template: "plain",
  warmup: 0.06,
  clip: 1,
  weightDecay: 0,
  seed: 0,
  heldOut: 0.1,
  evaluations: 5,
  patience: 2,
};

/** Held-out pairs that are measured, at most. */
export const MOST_HELD_OUT = 100;
