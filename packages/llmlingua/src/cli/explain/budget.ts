/**
 * The budget of each part, as rows and as a table for the terminal. Pure.
 *
 * @module
 */
import type { CompressedPart, CompressedPrompt } from "../../index.js";
import type { Paint } from "../colours.js";
import { formatCount } from "../format.js";
import { visibleLine } from "../visible.js";

/** Headings, in the order of a row's cells. */
export const BUDGET_COLUMNS = ["part", "original", "kept", "rate", "surprisal", "dropped"] as const;

/** One part's line, every cell as text; surprisal in nats per token. */
export interface BudgetRow {
  readonly cells: readonly string[];
  /** Dropped whole. */
  readonly dropped: boolean;
  readonly total: boolean;
}

/** A row a part, in the order of the result, and one for the whole prompt. Parts are counted alone: they need not add up. */
export function budgetRows({
  parts,
  originalTokens,
  compressedTokens,
}: CompressedPrompt): BudgetRow[] {
  const several = parts.filter(({ kind }) => kind === "context").length > 1;
  const rows = parts.map((part) => ({
    cells: cellsOf(partName(part, several), part, part.surprisal, part.dropped),
    dropped: part.dropped,
    total: false,
  }));
  const cells = cellsOf("prompt", { originalTokens, compressedTokens }, undefined, false);
  return [...rows, { cells, dropped: false, total: true }];
}

/** `instruction`, `context 3` (from 1), `question`. */
export function partName({ kind, index }: CompressedPart, several = true): string {
  return kind === "context" && several ? `context ${index + 1}` : kind;
}

interface Counts {
  readonly originalTokens: number;
  readonly compressedTokens: number;
}

function cellsOf(
  name: string,
  { originalTokens, compressedTokens }: Counts,
  surprisal: number | undefined,
  dropped: boolean,
): string[] {
  return [
    name,
    formatCount(originalTokens),
    formatCount(compressedTokens),
    originalTokens === 0 ? "–" : `${((100 * compressedTokens) / originalTokens).toFixed(1)} %`,
    surprisal === undefined ? "–" : surprisal.toFixed(2),
    dropped ? "whole" : "",
  ];
}

/** Aligned columns with a heading; the unit of every number is in the line below. */
export function budgetTable(result: CompressedPrompt, paint: Paint): string {
  const rows = budgetRows(result);
  const all = [BUDGET_COLUMNS, ...rows.map(({ cells }) => cells)];
  const widths = BUDGET_COLUMNS.map((_, i) => Math.max(...all.map((cells) => cells[i].length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join("  ")
      .trimEnd();
  const body = rows.map(({ cells, dropped, total }) => {
    if (total) return paint.bold(line(cells));
    return dropped ? paint.dim(line(cells)) : line(cells);
  });
  const units = [
    `original, kept: tokens of ${result.tokenizer}`,
    `surprisal: mean nats per token of ${result.scorer}`,
    ...(isReordered(result) ? ["rows in the order of the result"] : []),
  ].join("; ");
  return `${[paint.bold(line(BUDGET_COLUMNS)), ...body, paint.dim(visibleLine(units))].join("\n")}\n`;
}

/** Whether contexts were put in another order. */
export function isReordered({ parts }: Pick<CompressedPrompt, "parts">): boolean {
  return parts.some(({ start }, i) => i > 0 && start < parts[i - 1].start);
}
