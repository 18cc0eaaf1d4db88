/**
 * Rows of LongBench's files, each with its template: the official layout and that of MiniLongBench's rows.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { EvaluationError } from "../../errors.js";
import { dataPath, jsonLinesOf, jsonOf, layoutError } from "../files.js";
import { isDataset } from "./datasets.js";

const FILE_ROW = z.object({
  dataset: z.string().optional(),
  task: z.string().optional(),
  template: z.string().optional(),
  context: z.string().min(1),
  input: z.string(),
  answers: z.array(z.string()).min(1),
});

/** One question of LongBench. */
export interface Row {
  readonly dataset: string;
  /** Place among the rows of its data set, from 0. */
  readonly index: number;
  /** With `{context}` and, mostly, `{input}`. */
  readonly template: string;
  readonly context: string;
  readonly input: string;
  readonly answers: readonly string[];
}

type Templates = Readonly<Record<string, string>>;

const EXPECTED =
  'Expected lines of {"context", "input", "answers", "dataset"} with a dataset2prompt.json beside them, ' +
  'or lines that have their own "template".';

/** All rows, those of one data set in the order of its file; files of data sets not asked for are passed over. */
export async function rowsOf(
  data: string | undefined,
  datasets: readonly string[] | undefined,
): Promise<Row[]> {
  const folder = dataPath(data, "longbench");
  const templates = await templatesOf(folder);
  const paths = (await filesOf(folder)).filter((path) => {
    const name = basename(path).replace(/\.jsonl(\.gz)?$/, "");
    return datasets === undefined || !isDataset(name) || datasets.includes(name);
  });
  const read = await Promise.all(paths.map((path) => rowsOfFile(path, templates)));
  const counts = new Map<string, number>();
  return read.flat().map((row) => {
    const index = counts.get(row.dataset) ?? 0;
    counts.set(row.dataset, index + 1);
    return { ...row, index };
  });
}

async function templatesOf(folder: string): Promise<Templates> {
  const path = join(folder, "dataset2prompt.json");
  if (!existsSync(path)) return {};
  return jsonOf(
    { path, expected: 'Expected {"DATASET": "TEMPLATE"}.' },
    z.record(z.string(), z.string()),
  );
}

/** The *.jsonl and *.jsonl.gz of the folder and of its folder `data`, as the official archive has them. */
async function filesOf(folder: string): Promise<string[]> {
  const folders = [folder, join(folder, "data")].filter((one) => existsSync(one));
  const listed = await Promise.all(
    folders.map(async (one) => (await readdir(one)).sort().map((name) => join(one, name))),
  );
  const files = listed.flat().filter((path) => /\.jsonl(\.gz)?$/.test(path));
  if (files.length > 0) return files;
  throw new EvaluationError("data-missing", `No file *.jsonl in ${folder}. ${EXPECTED}`);
}

async function rowsOfFile(path: string, templates: Templates): Promise<Omit<Row, "index">[]> {
  const lines = await jsonLinesOf({ path, expected: EXPECTED }, FILE_ROW);
  return lines.map(({ line, value }) => {
    const {
      dataset = value.task,
      template = templates[dataset ?? ""],
      context,
      input,
      answers,
    } = value;
    const where = `${path}, line ${line}`;
    if (dataset === undefined) throw layoutError(where, ["dataset"], "it must name the data set");
    if (template === undefined) {
      throw layoutError(
        where,
        ["template"],
        `there is none, nor one for ${dataset} in dataset2prompt.json`,
      );
    }
    if (!template.includes("{context}")) {
      throw layoutError(where, ["template"], "it must have {context}");
    }
    return { dataset, template, context, input, answers };
  });
}
