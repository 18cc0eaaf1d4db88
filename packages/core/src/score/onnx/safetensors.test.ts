import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LlmlinguaError } from "../../errors.js";
import { type FloatTensor, readSafetensors, writeSafetensors } from "./safetensors.js";

/** By `safetensors.numpy.save` 0.8.0 of Python: two matrices, a scalar, an empty tensor, metadata. */
const PYTHON =
  "GAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJiYXNlIjoiw7wifSwiYmlhcyI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbXSwiZGF0YV9vZmZzZXRzIjpbMCw0XX0sImxheWVyMC51cC5hIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyLDFdLCJkYXRhX29mZnNldHMiOls0LDEyXX0sImxheWVyMC51cC5iIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsxLDNdLCJkYXRhX29mZnNldHMiOlsxMiwyNF19LCJub25lIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlswLDNdLCJkYXRhX29mZnNldHMiOlsyNCwyNF19fSAgAAAAPwAAgD8AAABAAADAPwAAAMAAAIA+";

const tensor = (dims: readonly number[], ...values: number[]): FloatTensor => ({
  dims,
  data: Float32Array.from(values),
});

const EXAMPLE = new Map([
  ["bias", tensor([], 0.5)],
  ["layer0.up.a", tensor([2, 1], 1, 2)],
  ["layer0.up.b", tensor([1, 3], 1.5, -2, 0.25)],
  ["none", tensor([0, 3])],
]);

/** A file whose header is as given, whatever it says. */
function fileOf(header: string, data = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (shape: unknown, offsets: unknown, dtype: unknown = "F32") =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });

describe("safetensors", () => {
  test("are read as Python writes them, and written the same byte for byte", () => {
    const bytes = Buffer.from(PYTHON, "base64");
    const { tensors, metadata } = readSafetensors(bytes, "x");
    expect(tensors).toEqual(EXAMPLE);
    expect(metadata).toEqual({ base: "ü" });
    expect(Buffer.from(writeSafetensors(EXAMPLE, { base: "ü" })).toString("base64")).toBe(PYTHON);
  });

  test("do not depend on the order of names, and begin at a multiple of 8 bytes", () => {
    const turned = new Map([...EXAMPLE].reverse());
    const bytes = writeSafetensors(turned, { b: "2", a: "1" });
    expect(bytes).toEqual(writeSafetensors(EXAMPLE, { a: "1", b: "2" }));
    expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
  });

  test("come back as they were written, from wherever the bytes lie", () => {
    const dims = fc.array(fc.nat({ max: 4 }), { maxLength: 3 });
    const one = dims.chain((dims) => {
      const length = dims.reduce((product, dim) => product * dim, 1);
      const data = fc.float32Array({ minLength: length, maxLength: length });
      return data.map((data): FloatTensor => ({ dims, data }));
    });
    const name = fc.string({ unit: "grapheme" }).filter((text) => text !== "__metadata__");
    const names = fc.uniqueArray(fc.tuple(name, one), { selector: ([name]) => name, maxLength: 5 });
    const words = fc.dictionary(fc.string(), fc.string(), { maxKeys: 3, noNullPrototype: true });
    fc.assert(
      fc.property(names, words, fc.nat({ max: 9 }), (tensors, metadata, shift) => {
        const bytes = writeSafetensors(new Map(tensors), metadata);
        const moved = new Uint8Array(bytes.length + shift);
        moved.set(bytes, shift);
        const read = readSafetensors(moved.subarray(shift), "x");
        expect(read.tensors).toEqual(new Map(tensors));
        expect(read.metadata).toEqual(metadata);
      }),
    );
  });

  test("that were changed anywhere are read or refused, and never anything else", () => {
    const whole = writeSafetensors(EXAMPLE, { base: "ü" });
    const change = fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }));
    const changes = fc.array(change, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(changes, fc.nat({ max: whole.length }), fc.boolean(), (changes, cut, short) => {
        const bytes = whole.slice(0, short ? cut : undefined);
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        try {
          readSafetensors(bytes, "x.safetensors");
        } catch (error) {
          expect(error).toBeInstanceOf(LlmlinguaError);
          expect(error).toMatchObject({ code: "damaged-model" });
          expect((error as Error).message).toContain("x.safetensors");
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(0), /has 0 bytes/],
    ["a header longer than the file", fileOf("{}").subarray(0, 9), /said to have 2 bytes/],
    [
      "a header without end",
      new Uint8Array(16).fill(255),
      /said to have 18446744073709551615 bytes/,
    ],
    ["no JSON", fileOf('{"a"'), /not JSON/],
    ["bytes that are no text", fileOf("{}\u0000").with(8, 0xff), /not JSON/],
    ["a list", fileOf("[]"), /no JSON object/],
    ["a space before the header", fileOf(" {}"), /no JSON object/],
    ["deep nesting", fileOf(`{"a":${"[".repeat(1e5)}${"]".repeat(1e5)}}`), /"a" is described by/],
    ["metadata that are numbers", fileOf('{"__metadata__":{"a":1}}'), /strings alone/],
    ["metadata that are a list", fileOf('{"__metadata__":["a"]}'), /strings alone/],
    [
      "a name twice",
      fileOf(`{"a":${entry([0], [0, 0])},"a" :${entry([1], [0, 4])}}`, 4),
      /"a" twice/,
    ],
    [
      "a name twice, spelt otherwise",
      fileOf(`{"a":${entry([0], [0, 0])},"\\u0061":1}`),
      /"a" twice/,
    ],
    [
      "a field twice",
      fileOf('{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"dtype":"F32"}}'),
      /"dtype" twice/,
    ],
    ["no shape", fileOf('{"a":{"dtype":"F32","data_offsets":[0,0]}}'), /"a" has a shape/],
    ["half precision", fileOf(`{"a":${entry([1], [0, 2], "F16")}}`, 2), /dtype "F16"/],
    ["a broken dim", fileOf(`{"a":${entry([0.5], [0, 2])}}`, 2), /"a" has a shape/],
    ["a negative dim", fileOf(`{"a":${entry([-1, -1], [0, 4])}}`, 4), /"a" has a shape/],
    [
      "dims beyond all numbers",
      fileOf(`{"a":${entry([2 ** 52, 2 ** 52, 0], [0, 0])}}`),
      /"a" has 0 bytes/,
    ],
    ["another product", fileOf(`{"a":${entry([2], [0, 4])}}`, 4), /"a" has 4 bytes/],
    [
      "offsets that run backwards",
      fileOf(`{"a":${entry([1], [4, 0])}}`, 4),
      /"a" has data_offsets/,
    ],
    ["three offsets", fileOf(`{"a":${entry([1], [0, 4, 8])}}`, 4), /"a" has data_offsets/],
    [
      "a tensor beyond the end",
      fileOf(`{"a":${entry([2], [0, 8])}}`, 4),
      /"a" lies at bytes 0 to 8 of 4/,
    ],
    ["a gap", fileOf(`{"a":${entry([1], [4, 8])}}`, 8), /"a" lies at bytes 4 to 8/],
    [
      "two tensors in one place",
      fileOf(`{"a":${entry([1], [0, 4])},"b":${entry([1], [0, 4])}}`, 4),
      /"b" lies at/,
    ],
    ["bytes of no tensor", fileOf(`{"a":${entry([1], [0, 4])}}`, 8), /4 bytes at its end/],
  ])("are refused with %s", (_, bytes, message) => {
    expect(() => readSafetensors(bytes, "x.safetensors")).toThrow(
      expect.objectContaining({
        code: "damaged-model",
        message: expect.stringMatching(message),
      }),
    );
  });

  test("are not written where dims and data differ, or under the name of the metadata", () => {
    for (const [name, bad] of [
      ["a", tensor([2], 1)],
      ["__metadata__", tensor([1], 1)],
    ] as const) {
      expect(() => writeSafetensors(new Map([[name, bad]]))).toThrow(
        expect.objectContaining({ code: "invalid-option", message: expect.stringContaining(name) }),
      );
    }
  });
});
