import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readJournal } from "./journal.js";
import { jsonOf } from "./read.js";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "llmlingua-pairs-"));
  path = join(folder, "pairs.jsonl");
});
afterEach(() => rm(folder, { recursive: true }));

const text = () => readFile(path, "utf8");

/** Takes every line that has `a` or `end`. */
const form = {
  begin: '{"a":',
  take: (line: { text: string | undefined }) => {
    const value = jsonOf(line.text);
    if (typeof value === "string") return value;
    return /"(?:a|end)"/.test(line.text ?? "") ? undefined : "it has no a";
  },
};

async function start(at = path) {
  const journal = await readJournal(at, form);
  await journal.start();
  return journal;
}

async function append(...records: object[]) {
  const journal = await start();
  await Promise.all(records.map((record) => journal.add(record)));
  await journal.close();
}

describe("readJournal", () => {
  it("writes lines in the order of the calls, behind those that are there", async () => {
    await append({ a: 1 }, { a: 2 });
    await append({ a: 3 });
    expect(await text()).toBe('{"a":1}\n{"a":2}\n{"a":3}\n');
  });

  it("mends a file that was cut off anywhere, and loses whole lines never", async () => {
    const lines = [{ a: "x" }, { a: "é👩‍💻".repeat(3) }, { a: "z".repeat(70_000) }];
    const whole = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), async (at) => {
        await writeFile(path, whole.subarray(0, at));
        await append({ end: true });
        const read = (await text())
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line));
        const ends = whole.subarray(0, at).filter((byte) => byte === 10).length;
        // A line that lacks its end alone is whole.
        expect([ends, ends + 1]).toContain(read.length - 1);
        expect(read).toEqual([...lines.slice(0, read.length - 1), { end: true }]);
      }),
      { numRuns: 60 },
    );
  });

  it.each<[string, string]>([
    ["notes", "what I wrote\nyesterday"],
    ["one line of notes", "what I wrote yesterday"],
    ["another's JSON lines without a last end", '{"b":1}\n{"b":2'],
    ["another's torn line behind ours", '{"a":1}\n{"b":2'],
    ["another's whole line without its end", '{"b":2}'],
    ["bytes", "\u0000\u0000"],
  ])("refuses and leaves alone a file with %s", async (_, given) => {
    await writeFile(path, given);
    await expect(readJournal(path, form)).rejects.toMatchObject({
      code: "data-layout",
      message: expect.stringMatching(/pairs\.jsonl, line \d: .*give another --out/),
    });
    expect(await text()).toBe(given);
  });

  it("changes nothing before it is started", async () => {
    await writeFile(path, '{"a":1}\n{"a":');
    const journal = await readJournal(path, form);
    await journal.close();
    expect(await text()).toBe('{"a":1}\n{"a":');
    await (await start()).close();
    expect(await text()).toBe('{"a":1}\n');
  });

  it("begins a file with its first record, and does before that what it is told to", async () => {
    const journal = await readJournal(path, form);
    const before: string[] = [];
    await journal.start(async () => {
      before.push(await text().catch(() => "none"));
    });
    await expect(text()).rejects.toThrow("ENOENT");
    await Promise.all([journal.add({ a: 1 }), journal.add({ a: 2 })]);
    await journal.close();
    expect([before, await text()]).toEqual([["none"], '{"a":1}\n{"a":2}\n']);
  });

  it("says where it cannot write or read", async () => {
    const journal = await start(join(folder, "none", "pairs.jsonl"));
    await expect(journal.add({ a: 1 })).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringMatching(/ENOENT.*Give another --out/),
    });
    await expect(start(folder)).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringMatching(/EISDIR.*Give another --out/),
    });
  });

  it("says that the disk is full, and keeps what was written", async () => {
    const full = await start("/dev/full").catch(() => undefined);
    if (full === undefined) return;
    await expect(full.add({ a: 1 })).rejects.toMatchObject({
      code: "write-failed",
      message: expect.stringContaining("ENOSPC"),
    });
    await full.close();
  });
});
