import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { measureGeneral } from "./general.js";
import { scorersWith } from "./scorers-suite.js";
import { passagesOf, readPassages } from "./texts.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "align-text-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("general text", () => {
  it("is a sample of many kinds where none is given", async () => {
    const { passages, source, leftOut } = await readPassages();
    expect(passages.length).toBeGreaterThanOrEqual(25);
    expect(source).toBe("the sample of this package");
    expect(leftOut).toBe(0);
    for (const text of passages) expect(text.length).toBeGreaterThan(150);
  });

  it("is read from all files of a folder, in the order of their names", async () => {
    await mkdir(join(folder, "deep"));
    await writeFile(join(folder, "b.txt"), "Second.\r\n");
    await writeFile(join(folder, "a.jsonl"), '{"text": "First."}\n\n{"text": "Also first."}\n');
    await writeFile(join(folder, "deep", "c.md"), "Third.");
    await writeFile(join(folder, "d.bin"), "never");
    const { passages } = await readPassages(folder);
    expect(passages).toEqual(["First.", "Also first.", "Second.", "Third."]);
  });

  it.each([
    ["none.txt", undefined, /Cannot read .*none\.txt: ENOENT/],
    ["empty.txt", "  \n\n ", /holds no text/],
    ["bad.jsonl", '{"text": "x"}\n{"txt": 1}\n', /bad\.jsonl, line 2/],
    ["latin.txt", Uint8Array.of(0xe9, 0x20, 0xe8), /not text in UTF-8/],
  ])("%s is refused with the way out", async (name, content, message) => {
    if (content !== undefined) await writeFile(join(folder, name), content);
    await expect(readPassages(join(folder, name))).rejects.toThrow(message);
  });

  it("passes over folders that are named like texts, and names what cannot be read", async () => {
    await mkdir(join(folder, "notes.md"));
    await writeFile(join(folder, "notes.md", "a.txt"), "Inside.");
    await symlink(join(folder, "notes.md", "a.txt"), join(folder, "link.txt"));
    expect((await readPassages(folder)).passages).toEqual(["Inside.", "Inside."]);
    await symlink(join(folder, "nowhere"), join(folder, "broken.md"));
    await expect(readPassages(folder)).rejects.toMatchObject({
      code: "data-missing",
      message: expect.stringMatching(/Cannot read .*broken\.md: ENOENT\. Expected/),
    });
    await rm(join(folder, "broken.md"));
    await symlink(join(folder, "notes.md"), join(folder, "folder.md"));
    await expect(readPassages(folder)).rejects.toThrow(/Cannot read .*folder\.md: EISDIR/);
  });

  it("refuses a folder without any text", async () => {
    await expect(readPassages(folder)).rejects.toThrow(/holds no text/);
  });

  it("loses nothing but white space when cut into passages, none of them long", () => {
    const words = fc.array(fc.constantFrom("word ", "\n\n", "😀", "x".repeat(700)), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(words, (parts) => {
        const text = parts.join("");
        const passages = passagesOf(text);
        const bare = (value: string) => value.replace(/\s+/g, "");
        expect(bare(passages.join(""))).toBe(bare(text));
        for (const passage of passages) {
          expect(passage.length).toBeLessThanOrEqual(2000);
          expect(passage.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  it("has a ratio of perplexities that says which way it went", async () => {
    const passages = { source: "x", passages: ["One two three.", "Four five six."], leftOut: 0 };
    const worse = await measureGeneral(scorersWith(1.1), passages);
    expect(worse.ratio.mean).toBeGreaterThan(1.03);
    expect(worse.perplexity.aligned / worse.perplexity.base).toBeCloseTo(worse.ratio.mean, 6);
    const same = await measureGeneral(scorersWith(1), passages);
    expect(same.ratio).toMatchObject({ mean: 1, interval: [1, 1] });
  });
});
