/**
 * `training.json`: what an aligned scorer was trained on, how, and what came of it.
 *
 * @module
 */
import { z } from "zod";
import { PROJECTIONS } from "../graphs/index.js";

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const name = z.string().min(1);

/** Checks a `training.json`. */
export const trainingSchema = z.object({
  format: z.literal("llmlingua-aligned/1"),
  base: z.object({
    name,
    /** Over the checksums of the base's files (`baseSha256`). */
    sha256,
  }),
  pairs: z.object({
    /** The file's name, without its folder. */
    path: name,
    sha256,
    /** Pairs trained on. */
    train: count,
    /** Pairs held out. */
    heldOut: count,
    /** The model that answered, where the pairs say one. */
    target: z.string().optional(),
  }),
  settings: z.object({
    rank: z.int().positive(),
    alpha: z.number().positive(),
    /** Which matrices carry a pair; absent = all. */
    projections: z.array(z.enum(PROJECTIONS)).readonly().optional(),
    learningRate: z.number().positive(),
    epochs: z.number().nonnegative(),
    /** Most tokens of one step. */
    batchTokens: z.int().positive(),
    /** Most tokens of one pair. */
    maxTokens: z.int().positive(),
    template: z.enum(["plain", "chatml"]),
    /** Share of the steps in which the learning rate rises. */
    warmup: z.number().nonnegative(),
    /** The longest that all gradients together may be (Euclidean norm). */
    clip: z.number().nonnegative(),
    weightDecay: z.number().nonnegative(),
    seed: z.int(),
    /** A share of the pairs (below 1), or pairs. */
    heldOut: z.number().nonnegative(),
    /** How often the held-out loss was to be measured. */
    evaluations: count.optional(),
    /** Evaluations without a new best after which training was to stop. */
    patience: count.optional(),
  }),
  steps: count,
  /** Tokens read in training, prompts included. */
  tokens: count,
  seconds: z.number().nonnegative(),
  stopped: z.enum(["finished", "early", "diverged"]),
  /** Mean on held-out pairs under the training graph, in nats per answer token. */
  loss: z.object({
    before: z.number(),
    after: z.number(),
    /** The step whose adapters were kept. */
    bestStep: count,
    /** Held-out pairs that were measured, the first of `heldOutIds`; absent = not recorded, at most 100. */
    pairs: count.optional(),
  }),
  /** Ids of the pairs held out. */
  heldOutIds: z.array(z.string()).readonly(),
  versions: z.object({ llmlingua: name, node: name, onnxruntime: name }),
});

/** A checked `training.json`. */
export type TrainingRecord = z.infer<typeof trainingSchema>;
