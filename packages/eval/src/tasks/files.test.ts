import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { z } from "zod";
import { dataPath, jsonLinesOf, jsonOf, textOf } from "./files.js";
import { folderOf } from "./folder-suite.js";

const ROW = z.object({ answers: z.array(z.string()) });

async function fileOf(content: string | Uint8Array, name = "rows.jsonl") {
  return { path: join(await folderOf({ [name]: content }), name), expected: "Expected rows." };
}

it("reads lines with a byte order mark, carriage returns, empty lines, emoji and no last line feed", async () => {
  const file = await fileOf('\uFEFF{"answers":["👩‍🚀"]}\r\n\r\n{"answers":["a\\r\\nb"]}');
  expect(await jsonLinesOf(file, ROW)).toEqual([
    { line: 1, value: { answers: ["👩‍🚀"] } },
    { line: 3, value: { answers: ["a\r\nb"] } },
  ]);
});

it("unpacks files whose names end in .gz", async () => {
  expect(await textOf(await fileOf(gzipSync("some text"), "text.gz"))).toBe("some text");
  await expect(textOf(await fileOf("not packed", "text.gz"))).rejects.toMatchObject({
    code: "data-layout",
    message: expect.stringContaining("text.gz is not in gzip's format"),
  });
});

it("names file, line and field of what is not as it should be", async () => {
  const wrong = await fileOf('{"answers":["a"]}\n{"answers":["b",3]}\n');
  await expect(jsonLinesOf(wrong, ROW)).rejects.toMatchObject({
    code: "data-layout",
    message: `${wrong.path}, line 2, field answers[1]: Invalid input: expected string, received number`,
  });
});

it("names the line that is not JSON and quotes little of it, however long it is", async () => {
  const long = await fileOf(`{"answers":[]}\n{"answers":["${"x".repeat(5_000_000)}`);
  const error = await jsonLinesOf(long, ROW).catch((reason: Error) => reason);
  expect(error).toMatchObject({ code: "data-layout" });
  expect((error as Error).message).toContain("line 2 is not JSON");
  expect((error as Error).message.length).toBeLessThan(500);
});

it("reads a line of five million characters", async () => {
  const [{ value }] = await jsonLinesOf(
    await fileOf(`{"answers":["${"x".repeat(5_000_000)}"]}`),
    ROW,
  );
  expect(value.answers[0]).toHaveLength(5_000_000);
});

it.each([
  ["an empty file", "", "is empty"],
  ["a file of blank lines", "\n \r\n", "is empty"],
  ["a file with zero bytes", new Uint8Array([123, 0, 125]), "is not text in UTF-8"],
  ["a file in another encoding", new Uint8Array([0x7b, 0xff, 0xe9]), "is not text in UTF-8"],
])("says of %s what it is and what was expected", async (_, content, what) => {
  const file = await fileOf(content);
  await expect(jsonOf(file, ROW)).rejects.toMatchObject({
    code: "data-layout",
    message: `${file.path} ${what}. Expected rows.`,
  });
});

it("says which file or folder is missing and what belongs there", async () => {
  const folder = await folderOf({});
  const path = join(folder, "none.txt");
  await expect(textOf({ path, expected: "Expected rows." })).rejects.toMatchObject({
    code: "data-missing",
    message: `No file ${path}. Expected rows.`,
  });
  await expect(textOf({ path: folder, expected: "Expected rows." })).rejects.toMatchObject({
    code: "data-missing",
    message: `Cannot read ${folder}: EISDIR. Expected rows.`,
  });
  expect(() => dataPath(join(folder, "none"), "gsm8k/test.jsonl")).toThrow(
    `No folder ${join(folder, "none")}. Give one that holds gsm8k/test.jsonl.`,
  );
});
