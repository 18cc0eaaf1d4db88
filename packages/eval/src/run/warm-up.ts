/**
 * Before anything is timed: what only the first call pays for (threads, the first run of a graph, what opens late)
 * is paid on a text of no task.
 *
 * @module
 */
import type { Compressor, TokenScorer } from "llmlingua";
import { throwIfAborted } from "../errors.js";
import type { Method, Work } from "../methods/index.js";
import type { Group } from "../tasks/types.js";
import { suits } from "./conditions.js";

/** Of no task, so that the scorer remembers nothing of a prompt that is timed. */
const GROUP: Group = {
  id: "warm-up",
  instruction: "Read what the harbour master wrote down.",
  contexts: Array.from(
    { length: 6 },
    (_, day) =>
      `Entry ${day + 1}: The ferry came in at ${day + 7} with ${12 * (day + 2)} passengers on board. Two crates of salt stood on the quay until noon, and the pilot asked for a lantern.`,
  ),
  joint: "\n\n",
  question: "What stood on the quay?",
  asks: false,
  items: [{ id: "warm-up", suffix: "\n\nWhat stood on the quay?\n", gold: "", answers: [] }],
};

export interface WarmUpInput {
  readonly methods: readonly Method[];
  /** A work of its own for every method: the group and the size are given. */
  workOf(group: Group, size: number): Work & { readonly compressor: Compressor };
}

/**
 * Every method once, on a text of no task. What the library refuses there is of no account.
 *
 * @throws EvaluationError `aborted`
 */
export async function warmUp({ methods, workOf }: WarmUpInput): Promise<void> {
  for (const method of methods.filter((one) => suits(one, GROUP))) {
    const work = workOf(GROUP, WARM_TOKENS);
    try {
      throwIfAborted(work.signal);
      await method.compress(work);
    } catch (error) {
      throwIfAborted(work.signal);
      if (!(error instanceof Error && "code" in error)) throw error;
    } finally {
      await work.compressor.close();
    }
  }
}

/** Less than half of the text. */
const WARM_TOKENS = 120;

/** Puts another text into the scorer's own memory, which calls that begin alike go on from. */
export async function displace(scorer: TokenScorer, signal?: AbortSignal): Promise<void> {
  const { ids } = scorer.tokenizer.encode("~ Nothing of any prompt.");
  await scorer.score(ids, { from: 1, signal });
}
