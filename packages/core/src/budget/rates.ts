/**
 * Budget controller: how many tokens each kind of part may keep.
 *
 * LLMLingua (Jiang et al., 2023), §4.1, Eq. 2 and 3. Pure: lengths in, budgets out.
 *
 * @module
 */

/** Something for each kind of part, in tokens. */
export interface PerKind {
  readonly instruction: number;
  readonly context: number;
  readonly question: number;
}

export interface RateOptions {
  /** τ_ins, (0, 1]. */
  readonly instructionRate: number;
  /** τ_que, (0, 1]. */
  readonly questionRate: number;
  /** The same rate for every kind (Table 3, "w/o dynamic compression ratio"). */
  readonly fixedRate: boolean;
}

/**
 * Eq. 2: what is left for the contexts once instruction and question have their own rates,
 * τ_dems·L_dems = τ·L − τ_ins·L_ins − τ_que·L_que.
 *
 * Where that is less than nothing, instruction and question shrink alike; where it is more than
 * the contexts hold, the rest goes back to instruction and question.
 */
export function allot(total: number, lengths: PerKind, options: RateOptions): PerKind {
  const all = lengths.instruction + lengths.context + lengths.question;
  if (options.fixedRate) return scaled(lengths, all === 0 ? 0 : Math.min(1, total / all));
  const instruction = options.instructionRate * lengths.instruction;
  const question = options.questionRate * lengths.question;
  const context = total - instruction - question;
  if (context < 0) {
    const shrink = total / (instruction + question);
    return { instruction: instruction * shrink, context: 0, question: question * shrink };
  }
  const surplus = context - lengths.context;
  if (surplus <= 0) return { instruction, context, question };
  return handBack({ instruction, context: lengths.context, question }, lengths, surplus);
}

/**
 * Eq. 3: Δτ = leftover / (L_ins + L_que) is added to the rates of instruction and question
 * (never above 1, never below 0); what they take is no longer the contexts'.
 *
 * @param leftover - k·τ_dems·L_dems − L̃_D, in tokens; at most zero changes nothing
 */
export function handBack(budgets: PerKind, lengths: PerKind, leftover: number): PerKind {
  const sensitive = lengths.instruction + lengths.question;
  if (sensitive === 0 || leftover <= 0) return budgets;
  const delta = leftover / sensitive;
  const raise = (kind: "instruction" | "question") =>
    Math.max(budgets[kind], Math.min(lengths[kind], budgets[kind] + delta * lengths[kind]));
  return { ...budgets, instruction: raise("instruction"), question: raise("question") };
}

function scaled(lengths: PerKind, rate: number): PerKind {
  return {
    instruction: lengths.instruction * rate,
    context: lengths.context * rate,
    question: lengths.question * rate,
  };
}
