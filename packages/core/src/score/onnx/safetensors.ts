/**
 * The safetensors format, float32 alone: named tensors in one file, as Hugging Face's libraries write them.
 *
 * A file is the header's length (8 bytes, little-endian), the header (JSON, padded with spaces) and the
 * tensors' bytes, one behind the other without gaps. Pure: bytes in, tensors out.
 *
 * @module
 */
import { LlmlinguaError } from "../../errors.js";
import { keyGivenTwice } from "./json-keys.js";

/** A float32 tensor, its last dimension contiguous. */
export interface FloatTensor {
  readonly dims: readonly number[];
  /** Length: the product of `dims`. */
  readonly data: Float32Array;
}

/** What a file holds. */
export interface Safetensors {
  /** By name, in the order of their bytes. */
  readonly tensors: Map<string, FloatTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A tensor's place; offsets in bytes behind the header. */
interface Entry {
  readonly name: string;
  readonly dims: readonly number[];
  readonly begin: number;
  readonly end: number;
}

const LENGTH_BYTES = 8;
/** As in the Rust reader. */
const MOST_HEADER_BYTES = 100_000_000;
const METADATA = "__metadata__";

/**
 * Tensors as a file's bytes, the same for the same tensors: names sorted, the header padded to 8 bytes.
 *
 * @throws LlmlinguaError `invalid-option`: a name is `__metadata__`, or data are not as long as dims say
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, FloatTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const sorted = [...tensors].sort(([one], [other]) => (one < other ? -1 : 1));
  const fields: string[] = [];
  const words = Object.entries(metadata).sort(([one], [other]) => (one < other ? -1 : 1));
  if (words.length > 0) fields.push(field(METADATA, Object.fromEntries(words)));
  let end = 0;
  for (const [name, { dims, data }] of sorted) {
    if (name === METADATA || sizeOf(dims) !== data.byteLength) {
      throw new LlmlinguaError(
        "invalid-option",
        `Cannot write the tensor ${JSON.stringify(name)} of ${data.length} numbers with dims [${dims}]. Give it another name, or dims whose product is its length.`,
      );
    }
    const begin = end;
    end += data.byteLength;
    fields.push(field(name, { dtype: "F32", shape: dims, data_offsets: [begin, end] }));
  }
  const header = new TextEncoder().encode(`{${fields.join(",")}}`);
  const start = LENGTH_BYTES + Math.ceil(header.length / LENGTH_BYTES) * LENGTH_BYTES;
  const bytes = new Uint8Array(start + end).fill(0x20, 0, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - LENGTH_BYTES), true);
  bytes.set(header, LENGTH_BYTES);
  let at = start;
  for (const [, { data }] of sorted) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a file's bytes; the tensors are copies.
 *
 * @param file - named in errors
 * @throws LlmlinguaError `damaged-model`, naming the file and the tensor
 */
export function readSafetensors(bytes: Uint8Array, file: string): Safetensors {
  const damaged = (what: string): never => {
    throw new LlmlinguaError(
      "damaged-model",
      `${file} is damaged: ${what}. Write it again, or copy it again from where it is whole.`,
    );
  };
  const { header, start } = readHeader(bytes, damaged);
  const { [METADATA]: metadata = {}, ...rest } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((word) => typeof word === "string")) {
    return damaged(`its ${METADATA} must hold strings alone`);
  }
  const entries = Object.entries(rest)
    .map(([name, value]) => readEntry(name, value, damaged))
    .sort((one, other) => one.begin - other.begin || one.end - other.end);
  checkCover(entries, bytes.length - start, damaged);
  const read = ({ name, dims, begin, end }: Entry): [string, FloatTensor] => {
    const copy = new Uint8Array(bytes.subarray(start + begin, start + end));
    return [name, { dims, data: new Float32Array(copy.buffer) }];
  };
  return { tensors: new Map(entries.map(read)), metadata: metadata as Record<string, string> };
}

type Damaged = (what: string) => never;

/** `start`: where the tensors' bytes begin. */
function readHeader(bytes: Uint8Array, damaged: Damaged) {
  if (bytes.length < LENGTH_BYTES) {
    return damaged(`it has ${bytes.length} bytes, fewer than the ${LENGTH_BYTES} of its beginning`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const most = Math.min(bytes.length - LENGTH_BYTES, MOST_HEADER_BYTES);
  if (length > most) {
    return damaged(
      `its header is said to have ${length} bytes, and ${most} is the most it can have`,
    );
  }
  const start = LENGTH_BYTES + Number(length);
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      bytes.subarray(LENGTH_BYTES, start),
    );
    header = JSON.parse(text);
  } catch {
    return damaged("its header is not JSON");
  }
  if (!isRecord(header) || !text.startsWith("{")) return damaged("its header is no JSON object");
  const twice = keyGivenTwice(text);
  if (twice !== undefined) return damaged(`its header has the name ${JSON.stringify(twice)} twice`);
  return { header, start };
}

function readEntry(name: string, value: unknown, damaged: Damaged): Entry {
  const wrong = (what: string) => damaged(`the tensor ${JSON.stringify(name)} ${what}`);
  if (!isRecord(value)) return wrong("is described by no object");
  const { dtype, shape, data_offsets: offsets } = value;
  if (dtype !== "F32") return wrong(`has the dtype ${JSON.stringify(dtype)}; only "F32" is read`);
  if (!isWholeNumbers(shape)) return wrong("has a shape that is no list of whole numbers");
  if (!isWholeNumbers(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    return wrong("has data_offsets that are no beginning and end");
  }
  const [begin, end] = offsets;
  if (sizeOf(shape) !== end - begin) {
    return wrong(`has ${end - begin} bytes, which float32 [${shape}] has not`);
  }
  return { name, dims: shape, begin, end };
}

/** Sorted entries must fill `size` bytes, each beginning where the last one ends. */
function checkCover(entries: readonly Entry[], size: number, damaged: Damaged): void {
  let filled = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== filled || end > size) {
      damaged(
        `the tensor ${JSON.stringify(name)} lies at bytes ${begin} to ${end} of ${size}, where ${filled} is the first that is free`,
      );
    }
    filled = end;
  }
  if (filled !== size) damaged(`${size - filled} bytes at its end belong to no tensor`);
}

function field(name: string, value: unknown): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

/** In bytes; NaN where it, or a product on the way, is no exact number. */
function sizeOf(dims: readonly number[]): number {
  let size = 4;
  for (const dim of dims) {
    size *= dim;
    if (!Number.isSafeInteger(size)) return Number.NaN;
  }
  return size;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWholeNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && one >= 0);
}
