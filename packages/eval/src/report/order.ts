/**
 * Methods in order over several tasks, by the likelihood of the expected text. Pure.
 *
 * @module
 */
import type { PromptRecord, ResultRecord } from "../run/types.js";
import { type Interval, pairedDifference, type ScoredItem } from "../stats/index.js";
import { meanOf } from "./estimates.js";
import { isOffSize, OFF_MARK } from "./off-size.js";
import { sizesAsked } from "./records.js";
import type { Table } from "./table.js";
import type { Unit } from "./types.js";

/** The records of one task. */
export interface QuickRun {
  readonly name: string;
  /** What sizes ask for; without them no size is known to be missed. */
  readonly prompts?: readonly PromptRecord[];
  readonly results: readonly ResultRecord[];
}

/** One method at one size of one task, less the default at the same size. */
interface Cell {
  readonly column: string;
  readonly method: string;
  /** NLL in nats per token, above 0 where the method is worse. */
  readonly difference: Interval;
  /** Whether its mean size is not the one asked for. */
  readonly isOff: boolean;
}

interface Row {
  readonly method: string;
  readonly cells: readonly Cell[];
  /** Mean of its places (1 = best) among the rows that have every column. */
  readonly place?: number;
}

export interface Order {
  /** Tasks with sizes, `gsm8k 3x`. */
  readonly columns: readonly string[];
  /** Methods that have every column, the best first. */
  readonly everywhere: readonly Row[];
  /** Methods that lack a column, in the order they come; they have no place. */
  readonly elsewhere: readonly Row[];
}

/** What everything is compared with. */
const BASE = "default";

/** Methods by their mean place: differences of one task would outweigh those of another. */
export function orderOf(runs: readonly QuickRun[], unit: Unit = "item"): Order {
  const cells = runs.flatMap((run) => cellsOf(run, unit));
  const columns = [...new Set(cells.map(({ column }) => column))];
  const methods = [...new Set(cells.map(({ method }) => method))];
  const rows = methods.map((method) => ({
    method,
    cells: cells.filter((cell) => cell.method === method),
  }));
  const whole = rows.filter((row) => row.cells.length === columns.length);
  const everywhere = whole
    .map((row) => ({ ...row, place: placeOf(row, whole, columns) }))
    .sort((a, b) => a.place - b.place);
  return { columns, everywhere, elsewhere: rows.filter((row) => !whole.includes(row)) };
}

function placeOf(row: Row, rows: readonly Row[], columns: readonly string[]): number {
  const places = columns.map((column) => {
    const own = meanIn(row, column);
    return 1 + rows.filter((other) => meanIn(other, column) < own).length;
  });
  return places.reduce((sum, place) => sum + place, 0) / places.length;
}

function meanIn({ cells }: Row, column: string): number {
  return cells.find((cell) => cell.column === column)?.difference.mean ?? Number.POSITIVE_INFINITY;
}

function cellsOf({ name, results, prompts = [] }: QuickRun, unit: Unit): readonly Cell[] {
  const asked = sizesAsked(prompts);
  const sizes = [...new Set(results.flatMap(({ size }) => (size === undefined ? [] : [size])))];
  const methods = [...new Set(results.map(({ method }) => method))];
  return sizes.flatMap((size) => {
    const base = scored(results, BASE, size, unit);
    return methods.flatMap((method): Cell[] => {
      const { difference } = pairedDifference(scored(results, method, size, unit), base);
      if (difference === undefined) return [];
      const isOff = isOffSize(sizesIn(results, `${method}@${size}`, asked));
      return [{ column: `${name} ${size}`, method, difference, isOff }];
    });
  });
}

/** Mean tokens of a condition and those asked for. */
function sizesIn(
  results: readonly ResultRecord[],
  condition: string,
  asked: ReturnType<typeof sizesAsked>,
) {
  const pairs = results.flatMap((one) => {
    const size = asked.get(condition)?.get(one.group);
    if (one.condition !== condition || size === undefined || one.failed !== undefined) return [];
    return [{ tokens: one.tokens, size }];
  });
  if (pairs.length === 0) return {};
  return {
    tokens: meanOf(pairs.map(({ tokens }) => tokens)),
    asked: meanOf(pairs.map(({ size }) => size)),
  };
}

/** Methods without a size stand beside every size. */
function scored(
  results: readonly ResultRecord[],
  method: string,
  size: string,
  unit: Unit,
): ScoredItem[] {
  return results.flatMap((one) => {
    const isOf = one.method === method && (one.size === undefined || one.size === size);
    if (!isOf || one.nll === undefined || one.failed !== undefined) return [];
    const { id, group, nll } = one;
    return [{ id, value: nll.perToken, ...(unit === "group" && { group }) }];
  });
}

/** Rows in order, their mean places first. */
export function orderTable({ columns, everywhere, elsewhere }: Order): Table {
  const rowOf = ({ method, cells, place }: Row) => [
    method,
    place === undefined ? "" : place.toFixed(1),
    ...columns.map((column) => {
      const found = cells.find((cell) => cell.column === column);
      if (found === undefined) return "";
      return `${intervalText(found.difference)}${found.isOff ? ` ${OFF_MARK}` : ""}`;
    }),
  ];
  return {
    caption:
      "NLL of the expected text, nats per token, less the default's at the same size over the items that both have (below 0: better than the default), with paired 95 % intervals. Methods that ran on every task stand by their mean place among themselves; the others stand apart, in no order. ‡: mean tokens more than 2 % off the size asked for.",
    columns: ["Method", "Place", ...columns],
    sections: [
      { title: "On every task", rows: everywhere.map(rowOf) },
      { title: "Not on every task", rows: elsewhere.map(rowOf) },
    ].filter(({ rows }) => rows.length > 0),
  };
}

function intervalText({ mean, low, high, count }: Interval): string {
  if (mean === 0 && low === 0 && high === 0) return "0";
  return count < 2 ? signed(mean) : `${signed(mean)} (${signed(low)} to ${signed(high)})`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}
