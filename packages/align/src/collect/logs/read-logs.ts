/**
 * Logs → pairs; what makes none is counted with its reason.
 *
 * Each entry is an object with a request and its response (`request.ts` and `response.ts` list the forms), or a
 * conversation that ends with the assistant's turn. The two files of a batch are joined by `custom_id`.
 *
 * @module
 */
import type { LoggedPair } from "../types.js";
import { type Halves, halvesOf, pairsOf } from "./entry.js";
import { entriesOf, logFiles } from "./files.js";
import { type Fields, fieldsOf, isSkip, type Skip } from "./values.js";

export interface ReadLogsOptions {
  /** Files and folders. */
  readonly paths: readonly string[];
  /** Files below them that are no logs. */
  readonly without: readonly string[];
  /** Whether earlier turns of the assistant are answers too. */
  readonly allTurns: boolean;
  /** Told of every entry that makes no pair, and of every file that is not read. */
  onSkip(reason: Skip, source: string): void;
  /** Told of every entry. */
  onEntry?(): void;
}

/**
 * The pairs of logs, in order; those of batches last.
 *
 * @throws AlignmentError `data-missing`
 */
export async function* readLogs(options: ReadLogsOptions): AsyncGenerator<LoggedPair> {
  const { paths, without, allTurns, onSkip, onEntry } = options;
  const batch = new Map<string, BatchHalves>();
  const pick = function* (halves: Halves, source: string) {
    for (const pair of pairsOf(halves, source, allTurns)) {
      if (isSkip(pair)) onSkip(pair, source);
      else yield pair;
    }
  };
  const { files, left } = await logFiles(paths, without);
  for (const { reason, source } of left) onSkip(reason, source);
  for (const file of files) {
    for await (const { source, value } of entriesOf(file)) {
      onEntry?.();
      const entry = entryOf(value);
      if (isSkip(entry)) {
        onSkip(entry, source);
        continue;
      }
      const halves = halvesOf(entry);
      const id = batchId(entry);
      if (id !== undefined && isHalf(halves)) keepHalf(batch, id, halves, source);
      else yield* pick(halves, source);
    }
  }
  for (const { requests, responses } of batch.values()) {
    const skip = batchSkip(requests, responses);
    if (skip !== undefined) onSkip(skip, (requests[0] ?? responses[0]).source);
    else {
      const halves = {
        request: requests[0].halves.request,
        response: responses[0].halves.response,
      };
      yield* pick(halves, responses[0].source);
    }
  }
}

interface Half {
  readonly halves: Halves;
  readonly source: string;
}

interface BatchHalves {
  readonly requests: Half[];
  readonly responses: Half[];
}

function entryOf(value: unknown): Fields | Skip {
  if (value === undefined) return "not JSON";
  if (Array.isArray(value)) return { messages: value };
  return fieldsOf(value) ?? "not an object";
}

/** What joins the lines of a batch's two files. */
function batchId({ custom_id: id }: Fields): string | undefined {
  return typeof id === "string" || typeof id === "number" ? `${id}` : undefined;
}

/** A line of a batch file has one of the two. */
function isHalf({ request, response }: Halves): boolean {
  const asked = request !== undefined && !isSkip(request);
  return asked !== (response !== undefined);
}

function keepHalf(batch: Map<string, BatchHalves>, id: string, halves: Halves, source: string) {
  const known = batch.get(id) ?? { requests: [], responses: [] };
  batch.set(id, known);
  (halves.response === undefined ? known.requests : known.responses).push({ halves, source });
}

/** Ids are a batch's own: two batches may have used the same one for different questions. */
function batchSkip(requests: readonly Half[], responses: readonly Half[]): Skip | undefined {
  if (requests.length === 0) return "a batch answer without its request";
  if (responses.length === 0) return "a batch request without its answer";
  const asked = new Set(requests.map(({ halves }) => JSON.stringify(halves.request)));
  const said = new Set(responses.map(({ halves }) => JSON.stringify(halves.response)));
  return asked.size > 1 || said.size > 1 ? "several batch requests of one custom_id" : undefined;
}
