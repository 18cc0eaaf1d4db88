/**
 * The records of a run's files as schemas, for reading them back.
 *
 * @module
 */
import { z } from "zod";
import type { PromptRecord, ResultRecord, RunHeader } from "./types.js";

const condition = {
  condition: z.string(),
  method: z.string(),
  size: z.string().optional(),
  group: z.string(),
  tokens: z.number(),
  originalTokens: z.number(),
};

export const promptRecord = z.object({
  ...condition,
  source: z.string(),
  prompt: z.string().optional(),
  why: z.string().optional(),
  sizeTokens: z.number().optional(),
  ms: z.number().optional(),
}) satisfies z.ZodType<PromptRecord>;

export const resultRecord = z.object({
  ...condition,
  id: z.string(),
  question: z.string(),
  compressMs: z.number().optional(),
  answer: z.string().optional(),
  finished: z.boolean().optional(),
  scores: z.record(z.string(), z.number()),
  nll: z.object({ perToken: z.number(), tokens: z.number() }).optional(),
  usage: z
    .object({ promptTokens: z.number(), completionTokens: z.number(), cachedTokens: z.number() })
    .optional(),
  answerMs: z.number().optional(),
  nllFailed: z.string().optional(),
  cost: z.number().optional(),
  failed: z.string().optional(),
}) satisfies z.ZodType<ResultRecord>;

const config = z.object({
  task: z.string(),
  target: z.object({ name: z.string(), where: z.string(), api: z.string().optional() }),
  methods: z.array(z.string()),
  sizes: z.object({
    tokens: z.array(z.number()).optional(),
    ratios: z.array(z.number()).optional(),
  }),
  items: z.number().optional(),
  skip: z.number(),
  seed: z.number(),
  choices: z.record(z.string(), z.string()),
  tokenizer: z.string(),
  scorer: z.string(),
  maxNewTokens: z.number(),
  timed: z.boolean(),
  classifier: z.string().optional(),
  encoder: z.string().optional(),
});

const circumstances = {
  versions: z.record(z.string(), z.string()),
  git: z.string().optional(),
  started: z.string(),
};

export const runHeader = z.object({
  config,
  ...circumstances,
  command: z.string().optional(),
  earlier: z.array(z.object(circumstances)).optional(),
  ended: z
    .object({
      at: z.string(),
      how: z.enum(["complete", "budget-reached"]),
      spent: z.number().optional(),
    })
    .optional(),
}) satisfies z.ZodType<RunHeader>;
