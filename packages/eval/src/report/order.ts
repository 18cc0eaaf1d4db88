/**
 * Methods in order over several tasks, by the likelihood of the expected text. Pure.
 *
 * @module
 */
import type { ResultRecord } from "../run/types.js";
import { type Interval, pairedDifference, type ScoredItem } from "../stats/index.js";
import type { Table } from "./table.js";

/** The records of one task. */
export interface QuickRun {
  readonly name: string;
  readonly results: readonly ResultRecord[];
}

/** One method at one size of one task, less the default at the same size. */
interface Cell {
  readonly column: string;
  readonly method: string;
  /** NLL in nats per token, above 0 where the method is worse. */
  readonly difference: Interval;
}

export interface Order {
  /** Tasks with sizes, `gsm8k 3x`. */
  readonly columns: readonly string[];
  /** The best first. */
  readonly rows: readonly { readonly method: string; readonly cells: readonly Cell[] }[];
}

/** What everything is compared with. */
const BASE = "default";

/** Methods by the mean of their differences to the default, over the columns that they have. */
export function orderOf(runs: readonly QuickRun[]): Order {
  const cells = runs.flatMap(cellsOf);
  const columns = [...new Set(cells.map(({ column }) => column))];
  const methods = [...new Set(cells.map(({ method }) => method))];
  const rows = methods.map((method) => ({
    method,
    cells: cells.filter((cell) => cell.method === method),
  }));
  return { columns, rows: rows.sort((a, b) => meanOf(a.cells) - meanOf(b.cells)) };
}

function meanOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { difference }) => sum + difference.mean, 0) / cells.length;
}

function cellsOf({ name, results }: QuickRun): readonly Cell[] {
  const sizes = [...new Set(results.flatMap(({ size }) => (size === undefined ? [] : [size])))];
  const methods = [...new Set(results.map(({ method }) => method))];
  return sizes.flatMap((size) => {
    const base = scored(results, BASE, size);
    return methods.flatMap((method): Cell[] => {
      const { difference } = pairedDifference(scored(results, method, size), base);
      return difference === undefined ? [] : [{ column: `${name} ${size}`, method, difference }];
    });
  });
}

/** Methods without a size stand beside every size. */
function scored(results: readonly ResultRecord[], method: string, size: string): ScoredItem[] {
  return results.flatMap((one) => {
    const isOf = one.method === method && (one.size === undefined || one.size === size);
    if (!isOf || one.nll === undefined || one.failed !== undefined) return [];
    return [{ id: one.id, value: one.nll.perToken }];
  });
}

/** Rows in order, the mean of a row first. */
export function orderTable({ columns, rows }: Order): Table {
  const cellText = (cells: readonly Cell[], column: string) => {
    const found = cells.find((cell) => cell.column === column);
    return found === undefined ? "" : intervalText(found.difference);
  };
  return {
    caption:
      "NLL of the expected text, nats per token, less the default's at the same size (below 0: better than the default), with paired 95 % intervals; methods by their mean.",
    columns: ["Method", "mean", ...columns],
    sections: [
      {
        title: "",
        rows: rows.map(({ method, cells }) => [
          method,
          signed(meanOf(cells)),
          ...columns.map((column) => cellText(cells, column)),
        ]),
      },
    ],
  };
}

function intervalText({ mean, low, high, count }: Interval): string {
  if (mean === 0 && low === 0 && high === 0) return "0";
  return count < 2 ? signed(mean) : `${signed(mean)} (${signed(low)} to ${signed(high)})`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}
